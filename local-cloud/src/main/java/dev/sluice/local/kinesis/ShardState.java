package dev.sluice.local.kinesis;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a shard, as kept in its stream's file.
 *
 * @param parent the shard it came from, if any
 * @param adjacentParent the other one, if it came from a merge
 * @param firstHash decimal, inclusive
 * @param lastHash decimal, inclusive
 * @param endPosition above all its records; null while it is open
 */
record ShardState(
        int index,
        @Nullable Integer parent,
        @Nullable Integer adjacentParent,
        String firstHash,
        String lastHash,
        long startPosition,
        @Nullable Long endPosition,
        long createdMillis,
        @Nullable Long closedMillis) {

    static ShardState open(
            int index,
            @Nullable Integer parent,
            @Nullable Integer adjacentParent,
            HashRange range,
            SequenceStart start) {
        return new ShardState(
                index,
                parent,
                adjacentParent,
                range.first().toString(),
                range.last().toString(),
                start.position(),
                null,
                start.millis(),
                null);
    }

    /** Where and when a shard begins. */
    record SequenceStart(long position, long millis) {}

    ShardState closed(long position, long millis) {
        return new ShardState(
                index, parent, adjacentParent, firstHash, lastHash, startPosition, position, createdMillis, millis);
    }

    static String id(int index) {
        return String.format(Locale.ROOT, "shardId-%012d", index);
    }

    String shardId() {
        return id(index);
    }

    HashRange range() {
        return new HashRange(new BigInteger(firstHash), new BigInteger(lastHash));
    }

    Stream<Integer> parents() {
        return Stream.of(parent, adjacentParent).filter(Objects::nonNull);
    }

    boolean isChildOf(int other) {
        return parents().anyMatch(index -> index == other);
    }

    boolean isOpen() {
        return endPosition == null;
    }

    /** Whether it took records at a time: a shard that closed at that very moment did not, its children did. */
    boolean wasOpenAt(long millis) {
        return createdMillis <= millis && (closedMillis == null || closedMillis > millis);
    }

    boolean closedBefore(long millis) {
        return closedMillis != null && closedMillis < millis;
    }
}
