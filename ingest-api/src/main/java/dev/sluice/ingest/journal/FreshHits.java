package dev.sluice.ingest.journal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Hits that wait in memory to be sent, bounded by bytes. Not thread-safe: guarded by the lock of the {@link Outbox}. */
final class FreshHits {
    private final long memoryBytes;

    private final ArrayDeque<JournalEntry> waiting = new ArrayDeque<>();
    private long bytes;
    private boolean spilling;

    FreshHits(long memoryBytes) {
        this.memoryBytes = memoryBytes;
    }

    /** About how many bytes of heap they hold; to be asked outside the lock. */
    static long weightOf(List<JournalEntry> entries) {
        long weight = 0;
        for (JournalEntry entry : entries) {
            weight += entry.hit().weight();
        }
        return weight;
    }

    /** Takes the hits if there is room for all of them; false leaves them to the disk. */
    boolean offer(List<JournalEntry> entries, long entriesBytes) {
        // Once it is full, half of it has to be empty again: room for one group at a time would cut the backlog to
        // pieces.
        spilling = bytes + entriesBytes > (spilling ? memoryBytes / 2 : memoryBytes);
        if (!spilling) {
            waiting.addAll(entries);
            bytes += entriesBytes;
        }
        return !spilling;
    }

    /** The oldest, as {@link Journal#take}. */
    List<JournalEntry> take(int maxHits, long maxBytes) {
        var taken = new ArrayList<JournalEntry>();
        long takenBytes = 0;
        while (!waiting.isEmpty() && taken.size() < maxHits && takenBytes < maxBytes) {
            JournalEntry entry = waiting.removeFirst();
            bytes -= entry.hit().weight();
            takenBytes += entry.hit().size();
            taken.add(entry);
        }
        return taken;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** When the oldest was received, as microseconds since 1970; {@link Long#MAX_VALUE} when there is none. */
    long oldestMicros() {
        return waiting.isEmpty() ? Long.MAX_VALUE : waiting.getFirst().hit().receivedAtMicros();
    }
}
