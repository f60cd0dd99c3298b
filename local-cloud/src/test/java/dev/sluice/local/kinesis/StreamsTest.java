package dev.sluice.local.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamsTest {
    private final TestClock clock = new TestClock();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path dir;

    private Streams open() throws IOException {
        return Streams.open(KinesisSettings.in(dir).withLimits(ShardLimits.NONE), clock);
    }

    private static Stream create(Streams streams, String name, int shards) throws IOException {
        streams.create(name, shards, "PROVISIONED", Map.of());
        return streams.get(name);
    }

    private static SequenceNumber put(Stream stream, String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        PutOutcome[] outcomes = new PutOutcome[1];
        stream.put(List.of(new PutEntry(0, bytes, bytes, HashRange.hash(bytes))), outcomes);
        return ((PutOutcome.Stored) outcomes[0]).sequenceNumber();
    }

    private static List<String> keys(Stream stream) throws IOException {
        List<String> keys = new ArrayList<>();
        for (ShardState shard : stream.state().shards()) {
            for (StoredRecord record : stream.shard(shard.index())
                    .log()
                    .read(0, 1_000_000, Long.MAX_VALUE)
                    .records()) {
                keys.add(new String(record.partitionKey(), StandardCharsets.UTF_8));
            }
        }
        return keys;
    }

    @Test
    void positions_growFromParentToChildWhileTheClockStandsStill() throws IOException {
        try (Streams streams = open()) {
            Stream stream = create(streams, "s", 2);
            long last = put(stream, "a").position();
            for (int count : List.of(4, 2, 1, 2, 3)) {
                stream.updateShardCount(count);
                for (ShardState shard : stream.state().shards()) {
                    Long end = shard.endPosition();
                    if (end != null) {
                        assertThat(stream.shard(shard.index()).log().lastPosition())
                                .isLessThan(end);
                    }
                }
                assertThat(stream.openShards()).hasSize(count);
                long position = put(stream, "a").position();
                assertThat(position).isGreaterThan(last);
                last = position;
            }
        }
    }

    @Test
    void positions_areNotUsedAgainAfterARestartWithTheClockSetBack() throws IOException {
        long last;
        try (Streams streams = open()) {
            Stream stream = create(streams, "s", 1);
            put(stream, "a");
            stream.split("shardId-000000000000", BigInteger.TEN);
            last = put(stream, "b").position();
        }
        clock.move(Duration.ofHours(-5));
        try (Streams streams = open()) {
            assertThat(put(streams.get("s"), "c").position()).isGreaterThan(last);
            assertThat(keys(streams.get("s"))).containsExactly("a", "b", "c");
        }
    }

    @Test
    void everything_isThereAfterARestart() throws IOException {
        StreamState before;
        try (Streams streams = open()) {
            Stream stream = create(streams, "s", 3);
            create(streams, "..", 1);
            stream.merge("shardId-000000000001", "shardId-000000000000");
            stream.change(state -> state.withRetention(Duration.ofDays(2)).withTags(Map.of("k", "v")));
            put(stream, "a");
            before = stream.state();
        }
        try (Streams streams = open()) {
            assertThat(streams.all())
                    .extracting(stream -> stream.state().name())
                    .containsExactly("..", "s");
            assertThat(streams.get("s").state()).isEqualTo(before);
            assertThat(keys(streams.get("s"))).containsExactly("a");
        }
    }

    @Test
    void open_clearsAwayWhatACrashLeftHalfMade() throws IOException {
        try (Streams streams = open()) {
            put(create(streams, "s", 1), "a");
        }
        // Died in the middle of a creation, a deletion, a split and a change of state.
        Files.createDirectories(dir.resolve("unfinished-1").resolve("shardId-000000000000"));
        Path stream = dir.resolve("stream-s");
        Files.createDirectories(stream.resolve("shardId-000000000001"));
        Files.writeString(stream.resolve("stream.json.new"), "{\"id");
        try (Streams streams = open()) {
            assertThat(keys(streams.get("s"))).containsExactly("a");
            assertThat(dir.resolve("unfinished-1")).doesNotExist();
            assertThat(stream.resolve("shardId-000000000001")).doesNotExist();
            streams.get("s").split("shardId-000000000000", BigInteger.TEN);
            put(streams.get("s"), "b");
        }
        try (Streams streams = open()) {
            assertThat(keys(streams.get("s"))).containsExactly("a", "b");
        }
    }

    @Test
    void split_losesAndDoublesNothingThatIsPutMeanwhile() throws Exception {
        try (Streams streams = open()) {
            Stream stream = create(streams, "s", 1);
            AtomicBoolean stop = new AtomicBoolean();
            List<String> sent = new ArrayList<>();
            Thread producer = Thread.ofPlatform().start(() -> {
                for (int i = 0; !stop.get(); i++) {
                    put(stream, "key-" + i);
                    sent.add("key-" + i);
                }
            });
            for (int count : List.of(2, 4, 8, 4, 2, 1, 2, 3, 5)) {
                stream.updateShardCount(count);
            }
            stop.set(true);
            producer.join();
            assertThat(keys(stream)).containsExactlyInAnyOrderElementsOf(sent);
        }
    }

    @Test
    void delete_thenCreate_isAnotherStream() throws IOException {
        try (Streams streams = open()) {
            Stream first = create(streams, "s", 1);
            put(first, "a");
            streams.delete("s");
            assertThatThrownBy(() -> streams.get("s")).isInstanceOf(ApiException.class);
            Stream second = create(streams, "s", 1);
            assertThat(keys(second)).isEmpty();
            assertThat(second.state().id()).isNotEqualTo(first.state().id());
        }
    }

    @Test
    void trim_forgetsAClosedShardOnceItsRecordsAreTooOld() throws IOException {
        try (Streams streams = open()) {
            Stream stream = create(streams, "s", 1);
            put(stream, "a");
            stream.split("shardId-000000000000", BigInteger.TEN);
            clock.move(Duration.ofHours(23));
            streams.trim();
            assertThat(stream.state().shards()).hasSize(3);
            clock.move(Duration.ofHours(2));
            streams.trim();
            assertThat(stream.state().shards())
                    .extracting(ShardState::shardId)
                    .containsExactly("shardId-000000000001", "shardId-000000000002");
        }
        assertThat(dir.resolve("stream-s").resolve("shardId-000000000000")).doesNotExist();
        try (Streams streams = open()) {
            streams.get("s").split("shardId-000000000002", HashRange.KEYS.shiftRight(1));
            assertThat(streams.get("s").state().shards())
                    .extracting(ShardState::index)
                    .containsExactly(1, 2, 3, 4);
        }
    }

    @Test
    void open_refusesADirectoryThatIsInUse() throws IOException {
        try (Streams _ = open()) {
            assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("is in use");
        }
        open().close();
    }
}
