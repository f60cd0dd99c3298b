package dev.sluice.loader.audit;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Which hits are looked for, and when they were received. Confined to one thread. */
public final class MissingHits {
    private final Map<String, SeqRanges> hits = new HashMap<>();
    private Instant from = Instant.MAX;
    private Instant to = Instant.MIN;

    /** Looks for these too, received about then. */
    void add(String epoch, SeqRange range, Instant received) {
        hits.computeIfAbsent(epoch, _ -> new SeqRanges()).add(range.first(), range.last());
        from = received.isBefore(from) ? received : from;
        to = received.isAfter(to) ? received : to;
    }

    public boolean has(String epoch, long seq) {
        SeqRanges ranges = hits.get(epoch);
        return ranges != null && ranges.contains(seq);
    }

    public boolean hasAnyOf(String epoch, long first, long last) {
        SeqRanges ranges = hits.get(epoch);
        return ranges != null && ranges.meets(first, last);
    }

    /** The earliest minute in which one was received. */
    public Instant from() {
        return from;
    }

    /** The latest minute in which one was received. */
    public Instant to() {
        return to;
    }

    boolean isEmpty() {
        return hits.isEmpty();
    }
}
