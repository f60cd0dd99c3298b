package dev.sluice.local.kinesis;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One stream: its state, its shards, and the way from a hash key to the shard that takes it.
 *
 * <p>Thread-safe. What a put or a read needs is in one immutable {@link View}; changes are made under the monitor, first on disk
 * and then in a new view, so what a client was told is there after a crash.
 */
final class Stream {
    private final Path dir;
    private final KinesisSettings settings;
    private final StreamClock clock;
    private volatile View view;

    /** A stream as it is between two changes. */
    private record View(StreamState state, NavigableMap<Integer, Shard> shards, NavigableMap<BigInteger, Shard> open) {
        static View of(StreamState state, Map<Integer, Shard> shards) {
            NavigableMap<BigInteger, Shard> open = new TreeMap<>();
            for (ShardState shard : state.shards()) {
                if (shard.isOpen()) {
                    open.put(shard.range().first(), Objects.requireNonNull(shards.get(shard.index())));
                }
            }
            return new View(
                    state,
                    Collections.unmodifiableNavigableMap(new TreeMap<>(shards)),
                    Collections.unmodifiableNavigableMap(open));
        }
    }

    private Stream(Path dir, KinesisSettings settings, StreamClock clock, View view) {
        this.dir = dir;
        this.settings = settings;
        this.clock = clock;
        this.view = view;
    }

    /** Opens the stream whose state is in a directory, and clears away shards that a crash left half made or half deleted. */
    static Stream open(Path dir, KinesisSettings settings, InstantSource source) throws IOException {
        StreamState state = StreamState.load(dir);
        Map<ShardState, ShardLog> logs = new LinkedHashMap<>();
        long last = 0;
        for (ShardState shard : state.shards()) {
            ShardLog log = ShardLog.open(dir.resolve(shard.shardId()), shard.startPosition(), settings.segmentBytes());
            logs.put(shard, log);
            long end = shard.endPosition() == null ? 0 : shard.endPosition();
            last = Math.max(last, Math.max(end, Math.max(log.lastPosition(), shard.startPosition())));
        }
        List<String> known = state.shards().stream().map(ShardState::shardId).toList();
        DiskTree.deleteChildren(
                dir,
                child -> Files.isDirectory(child)
                        && !known.contains(child.getFileName().toString()));
        StreamClock clock = new StreamClock(source, last);
        Map<Integer, Shard> shards = new TreeMap<>();
        logs.forEach((shard, log) ->
                shards.put(shard.index(), new Shard(state.name(), shard, log, settings.limits(), clock)));
        return new Stream(dir, settings, clock, View.of(state, shards));
    }

    StreamState state() {
        return view.state();
    }

    StreamClock clock() {
        return clock;
    }

    Shard shard(int index) {
        Shard shard = view.shards().get(index);
        if (shard == null) {
            throw ApiException.notFound(
                    "Could not find shard " + ShardState.id(index) + " in stream " + state().name() + ".");
        }
        return shard;
    }

    Shard shard(String shardId) {
        return view.shards().values().stream()
                .filter(shard -> shard.id().equals(shardId))
                .findFirst()
                .orElseThrow(() -> ApiException.notFound(
                        "Could not find shard " + shardId + " in stream " + state().name() + "."));
    }

    /** In the order of their hash keys. */
    List<Shard> openShards() {
        return List.copyOf(view.open().values());
    }

    /** Stores each entry in the shard of its hash key, and writes what became of it at its place. */
    void put(List<PutEntry> entries, PutOutcome[] outcomes) {
        List<PutEntry> waiting = entries;
        NavigableMap<BigInteger, Shard> open = view.open();
        while (!waiting.isEmpty()) {
            Map<Shard, List<PutEntry>> byShard = new LinkedHashMap<>();
            for (PutEntry entry : waiting) {
                Shard shard = open.floorEntry(entry.hash()).getValue();
                byShard.computeIfAbsent(shard, _ -> new ArrayList<>()).add(entry);
            }
            waiting = new ArrayList<>();
            for (Map.Entry<Shard, List<PutEntry>> part : byShard.entrySet()) {
                if (!part.getKey().append(part.getValue(), outcomes)) {
                    waiting.addAll(part.getValue());
                }
            }
            if (!waiting.isEmpty()) {
                open = openAfterResharding();
            }
        }
    }

    /** A shut shard's children are there when the monitor is free. */
    private synchronized NavigableMap<BigInteger, Shard> openAfterResharding() {
        return view.open();
    }

    synchronized void change(UnaryOperator<StreamState> change) throws IOException {
        publish(change.apply(view.state()), view.shards());
    }

    synchronized void split(String shardId, BigInteger at) throws IOException {
        Shard parent = requireOpen(shard(shardId));
        HashRange range = parent.state().range();
        if (at.compareTo(range.first()) <= 0 || at.compareTo(range.last()) > 0) {
            throw ApiException.invalidArgument("NewStartingHashKey " + at + " must be inside the hash keys of shard "
                    + shardId + " and not the first of them.");
        }
        replace(parent, null, range.splitAt(at));
    }

    synchronized void merge(String shardId, String adjacentId) throws IOException {
        Shard shard = requireOpen(shard(shardId));
        Shard adjacent = requireOpen(shard(adjacentId));
        HashRange range = shard.state().range();
        HashRange other = adjacent.state().range();
        if (range.endsBefore(other)) {
            replace(shard, adjacent, List.of(new HashRange(range.first(), other.last())));
        } else if (other.endsBefore(range)) {
            replace(shard, adjacent, List.of(new HashRange(other.first(), range.last())));
        } else {
            throw ApiException.invalidArgument("Shards " + shardId + " and " + adjacentId + " are not adjacent.");
        }
    }

    /**
     * Splits at the borders of {@code count} equal ranges, then merges what lies between two borders. Each step is on disk
     * before the next: a crash leaves a whole stream with some other number of shards.
     */
    synchronized void updateShardCount(int count) throws IOException {
        List<HashRange> wanted = HashRange.even(count);
        for (HashRange range : wanted) {
            Shard holder = view.open().floorEntry(range.first()).getValue();
            if (!holder.state().range().first().equals(range.first())) {
                split(holder.id(), range.first());
            }
        }
        for (HashRange range : wanted) {
            Shard left = view.open().floorEntry(range.first()).getValue();
            while (!left.state().range().last().equals(range.last())) {
                BigInteger next = left.state().range().last().add(BigInteger.ONE);
                merge(left.id(), view.open().floorEntry(next).getValue().id());
                left = view.open().floorEntry(range.first()).getValue();
            }
        }
    }

    private Shard requireOpen(Shard shard) {
        if (!shard.state().isOpen()) {
            throw ApiException.invalidArgument("Shard " + shard.id() + " is closed.");
        }
        return shard;
    }

    /** Closes one or two shards and opens their children: one file replaced on disk, then one new view. */
    private void replace(Shard parent, @Nullable Shard adjacent, List<HashRange> ranges) throws IOException {
        List<Shard> parents = adjacent == null ? List.of(parent) : List.of(parent, adjacent);
        // First, so that no record gets a position above the end of its shard.
        parents.forEach(Shard::shut);
        try {
            long now = clock.millis();
            List<ShardState> closed = parents.stream()
                    .map(shard -> shard.state().closed(clock.nextPosition(), now))
                    .toList();
            List<ShardState> changed = new ArrayList<>(closed);
            Map<Integer, Shard> shards = new TreeMap<>(view.shards());
            int next = view.state().nextShard();
            for (HashRange range : ranges) {
                ShardState child = ShardState.open(
                        next++,
                        parent.state().index(),
                        adjacent == null ? null : adjacent.state().index(),
                        range,
                        new ShardState.SequenceStart(clock.nextPosition(), now));
                changed.add(child);
                shards.put(child.index(), open(child));
            }
            StreamState state = view.state().with(changed);
            state.save(dir);
            view = View.of(state, shards);
            // After the view: whoever sees a shard closed must find its children.
            for (int i = 0; i < parents.size(); i++) {
                parents.get(i).closed(closed.get(i));
            }
        } catch (IOException e) {
            parents.forEach(Shard::reopen);
            throw e;
        }
    }

    private Shard open(ShardState shard) throws IOException {
        ShardLog log = ShardLog.open(dir.resolve(shard.shardId()), shard.startPosition(), settings.segmentBytes());
        return new Shard(view.state().name(), shard, log, settings.limits(), clock);
    }

    /** Drops what is older than the retention: whole files, and closed shards of which nothing is left. */
    synchronized void trim() throws IOException {
        long retention = view.state().retentionMillis();
        long now = clock.millis();
        for (Shard shard : view.shards().values()) {
            if (shard.state().closedBefore(now - retention)) {
                Map<Integer, Shard> shards = new TreeMap<>(view.shards());
                shards.remove(shard.state().index());
                publish(view.state().without(shard.state()), shards);
                shard.log().close();
                DiskTree.delete(dir.resolve(shard.id()));
            } else {
                shard.log().trim(now - retention, now - retention / 8);
            }
        }
    }

    private void publish(StreamState state, Map<Integer, Shard> shards) throws IOException {
        state.save(dir);
        view = View.of(state, shards);
    }

    /** Shuts all doors, then closes the files. */
    synchronized void close() throws IOException {
        for (Shard shard : view.shards().values()) {
            shard.log().close();
        }
    }

    Path dir() {
        return dir;
    }
}
