package dev.sluice.loader.audit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Since when the auditor knows that hits were accepted: by this, and not by their age, it is judged whether they are overdue, so that
 * what is loaded after a long outage alarms no one. Holds a few numbers for each epoch that is not complete. Confined to the auditor's thread.
 */
final class KnownSince {
    private record Told(long lastSeq, long atNanos) {}

    private final long graceNanos;
    private final LongSupplier nanoTime;
    private final Map<String, Deque<Told>> told = new HashMap<>();
    private final Map<String, Long> overdue = new HashMap<>();

    KnownSince(Duration grace, LongSupplier nanoTime) {
        this.graceNanos = grace.toNanos();
        this.nanoTime = nanoTime;
    }

    /**
     * Hears that the epoch has hits up to this one.
     *
     * @return the last hit that is overdue if it isn't there; -1 when none would be
     */
    long hear(String epoch, long lastSeq) {
        long now = nanoTime.getAsLong();
        Deque<Told> waiting = told.computeIfAbsent(epoch, _ -> new ArrayDeque<>());
        if (waiting.isEmpty()
                ? lastSeq > overdueUpTo(epoch)
                : lastSeq > waiting.getLast().lastSeq()) {
            waiting.add(new Told(lastSeq, now));
        }
        while (!waiting.isEmpty() && now - waiting.getFirst().atNanos() >= graceNanos) {
            atOnce(epoch, waiting.removeFirst().lastSeq());
        }
        return overdueUpTo(epoch);
    }

    /** Hits up to this one were there: if they aren't, they have gone. */
    void atOnce(String epoch, long lastSeq) {
        overdue.merge(epoch, lastSeq, Math::max);
    }

    /** Forgets all other epochs. */
    void retain(Set<String> epochs) {
        told.keySet().retainAll(epochs);
        overdue.keySet().retainAll(epochs);
    }

    /** The last hit of the epoch that is overdue if it isn't there; -1 when none would be. */
    long overdueUpTo(String epoch) {
        return overdue.getOrDefault(epoch, -1L);
    }
}
