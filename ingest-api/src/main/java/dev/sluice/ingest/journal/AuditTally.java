package dev.sluice.ingest.journal;

import dev.sluice.common.AuditRecord;
import dev.sluice.common.EncodedHit;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Counts hits of one epoch by the minute they were received in, block by block in the order of their ids, and makes audit records of
 * the counts. Whoever counts what was just written and who counts what is read back get the same. Confined to one thread.
 */
final class AuditTally {
    private static final long MICROS_PER_MINUTE = 60_000_000;

    private final UUID epoch;
    private final TreeMap<Long, Long> hitsByMinute = new TreeMap<>();
    private long firstSeq;
    private long nextSeq;
    private long newestMicros = Long.MIN_VALUE;

    /** @param firstSeq of the first hit that will be counted */
    AuditTally(UUID epoch, long firstSeq) {
        this.epoch = epoch;
        this.firstSeq = firstSeq;
        this.nextSeq = firstSeq;
    }

    /** Counts a block. What a damaged block before it held is in the range, and not in the counts. */
    void add(long blockSeq, List<EncodedHit> hits) {
        if (blockSeq < nextSeq) {
            // Out of its place, as no writer leaves one: its hits are sent all the same, and a start must not end here.
            return;
        }
        for (EncodedHit hit : hits) {
            long micros = hit.receivedAtMicros();
            hitsByMinute.merge(Math.floorDiv(micros, MICROS_PER_MINUTE), 1L, Long::sum);
            newestMicros = Math.max(newestMicros, micros);
        }
        nextSeq = blockSeq + hits.size();
    }

    /** Whether nothing was counted since the last record. */
    boolean isEmpty() {
        return nextSeq == firstSeq;
    }

    /** When the newest hit was received that was ever counted, as microseconds since 1970; {@link Long#MIN_VALUE} when none was. */
    long newestMicros() {
        return newestMicros;
    }

    /** The record of what was counted since the last one. */
    AuditRecord close(long completeUntilMicros, boolean isFinal) {
        var minutes = new TreeMap<Instant, Long>();
        hitsByMinute.forEach((minute, hits) -> minutes.put(instant(minute * MICROS_PER_MINUTE), hits));
        var record = new AuditRecord(epoch, firstSeq, nextSeq - 1, instant(completeUntilMicros), isFinal, minutes);
        hitsByMinute.clear();
        firstSeq = nextSeq;
        return record;
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
