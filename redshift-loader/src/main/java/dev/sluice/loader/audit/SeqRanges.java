package dev.sluice.loader.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A set of sequence numbers, kept as its ranges: a healthy epoch of a million hits is one of them. Not thread-safe.
 */
public final class SeqRanges {
    /** Last by first; disjoint, and never two that touch. */
    private final TreeMap<Long, Long> ranges = new TreeMap<>();

    /** Adds all of them; nothing when {@code last} is before {@code first}. */
    public SeqRanges add(long first, long last) {
        if (last < first) {
            return this;
        }
        long from = first;
        long to = last;
        Map.Entry<Long, Long> before = ranges.floorEntry(first);
        if (before != null && before.getValue() >= first - 1) {
            from = before.getKey();
            to = Math.max(to, before.getValue());
        }
        for (var next = ranges.ceilingEntry(from);
                next != null && next.getKey() - 1 <= to;
                next = ranges.ceilingEntry(from)) {
            to = Math.max(to, next.getValue());
            ranges.remove(next.getKey());
        }
        ranges.put(from, to);
        return this;
    }

    /** Those of {@code first} to {@code last} that are not in the set. */
    public List<SeqRange> missingFrom(long first, long last) {
        var missing = new ArrayList<SeqRange>();
        long next = first;
        Map.Entry<Long, Long> before = ranges.floorEntry(first);
        if (before != null) {
            next = Math.max(next, before.getValue() + 1);
        }
        for (var range : ranges.tailMap(first, false).entrySet()) {
            if (range.getKey() > last) {
                break;
            }
            if (range.getKey() > next) {
                missing.add(new SeqRange(next, range.getKey() - 1));
            }
            next = range.getValue() + 1;
        }
        if (next <= last) {
            missing.add(new SeqRange(next, last));
        }
        return missing;
    }

    /** The number up to which, from 0 on, all are in the set; -1 when 0 isn't. */
    public long denseUpTo() {
        Map.Entry<Long, Long> first = ranges.firstEntry();
        return first == null || first.getKey() > 0 ? -1 : first.getValue();
    }

    /** Whether the set has it. */
    public boolean contains(long seq) {
        Map.Entry<Long, Long> before = ranges.floorEntry(seq);
        return before != null && before.getValue() >= seq;
    }

    /** Whether the set has any of them. */
    public boolean meets(long first, long last) {
        Map.Entry<Long, Long> before = ranges.floorEntry(last);
        return before != null && before.getValue() >= first;
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    public List<SeqRange> list() {
        return ranges.entrySet().stream()
                .map(range -> new SeqRange(range.getKey(), range.getValue()))
                .toList();
    }

    @Override
    public String toString() {
        return list().stream().map(SeqRange::toString).collect(Collectors.joining(", "));
    }
}
