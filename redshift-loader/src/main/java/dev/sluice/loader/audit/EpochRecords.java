package dev.sluice.loader.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What audit records of one epoch say together. Confined to one thread. */
final class EpochRecords {
    private final List<Accepted> records = new ArrayList<>();

    /** By epoch. */
    static Map<String, EpochRecords> byEpoch(List<Accepted> all) {
        var byEpoch = new HashMap<String, EpochRecords>();
        all.forEach(record -> byEpoch.computeIfAbsent(record.epoch(), _ -> new EpochRecords())
                .records
                .add(record));
        return byEpoch;
    }

    /** When every hit up to this one is there: until when all is. */
    Optional<Instant> completeUntil(long denseUpTo) {
        return records.stream()
                .filter(record -> record.last() <= denseUpTo)
                .map(Accepted::completeUntil)
                .max(Comparator.naturalOrder());
    }

    /**
     * Accepted hits by minute. A record that was made again from a journal covers the older ones that it holds: a range within a larger
     * one, or equal to one, counts no more. Numbers are dense: hits that lie between two records are of one that is late or lost, and
     * count where the next one begins.
     */
    Map<Instant, Long> hitsByMinute() {
        var ordered = new ArrayList<>(records);
        ordered.sort(Comparator.comparingLong(Accepted::first)
                .thenComparing(Comparator.comparingLong(Accepted::last).reversed())
                .thenComparing(Accepted::minute));
        var hits = new HashMap<Instant, Long>();
        var counted = new HashMap<Instant, Long>();
        long told = ordered.getFirst().first() - 1;
        for (Accepted record : ordered) {
            hits.merge(record.minute(), Math.max(0, record.first() - 1 - told), Long::sum);
            told = Math.max(told, Math.max(record.last(), record.first() - 1));
            boolean isNew = record.last() > counted.getOrDefault(record.minute(), -1L);
            if (isNew) {
                counted.put(record.minute(), record.last());
            }
            hits.merge(record.minute(), isNew ? record.hits() : 0, Long::sum);
        }
        return hits;
    }
}
