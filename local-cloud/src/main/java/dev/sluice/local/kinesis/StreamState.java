package dev.sluice.local.kinesis;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is known of a stream: one JSON file in its directory, replaced whole, so that a crash leaves the old one or the new.
 *
 * @param id tells a stream from an earlier one of its name
 * @param nextShard the index of the next shard to be made; none is used twice
 * @param shards by index, ascending; the expired ones are gone
 */
record StreamState(
        String id,
        String name,
        String mode,
        long createdMillis,
        long retentionMillis,
        Map<String, String> tags,
        int nextShard,
        List<ShardState> shards) {
    private static final String FILE = "stream.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    StreamState {
        tags = Map.copyOf(tags);
        shards = List.copyOf(shards);
    }

    static StreamState load(Path dir) throws IOException {
        return JSON.readValue(dir.resolve(FILE).toFile(), StreamState.class);
    }

    static boolean existsIn(Path dir) {
        return Files.isRegularFile(dir.resolve(FILE));
    }

    void save(Path dir) throws IOException {
        Path fresh = dir.resolve(FILE + ".new");
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(this));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            // A rename may reach the disk before the content: after a power cut there would be an empty file.
            channel.force(true);
        }
        Files.move(fresh, dir.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    Duration retention() {
        return Duration.ofMillis(retentionMillis);
    }

    StreamState withRetention(Duration retention) {
        return new StreamState(id, name, mode, createdMillis, retention.toMillis(), tags, nextShard, shards);
    }

    StreamState withTags(Map<String, String> newTags) {
        return new StreamState(id, name, mode, createdMillis, retentionMillis, newTags, nextShard, shards);
    }

    /** With some shards changed or added. */
    StreamState with(List<ShardState> changed) {
        TreeMap<Integer, ShardState> byIndex = new TreeMap<>();
        shards.forEach(shard -> byIndex.put(shard.index(), shard));
        changed.forEach(shard -> byIndex.put(shard.index(), shard));
        int next = Math.max(nextShard, byIndex.isEmpty() ? 0 : byIndex.lastKey() + 1);
        return withShards(new ArrayList<>(byIndex.values()), next);
    }

    StreamState without(ShardState gone) {
        return withShards(
                shards.stream().filter(shard -> shard.index() != gone.index()).toList(), nextShard);
    }

    private StreamState withShards(List<ShardState> newShards, int newNextShard) {
        return new StreamState(id, name, mode, createdMillis, retentionMillis, tags, newNextShard, newShards);
    }
}
