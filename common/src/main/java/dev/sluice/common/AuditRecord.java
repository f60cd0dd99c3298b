package dev.sluice.common;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What one start of an ingest node says of the hits it accepted, sent beside them: these sequence numbers were given, so many of
 * them in each minute, and nothing received before this time comes after them. Where what was accepted is compared with what is in
 * the warehouse, this is the accepted side. Immutable.
 *
 * <p>An epoch's records cover its sequence numbers without a gap. One may repeat what others have said, and then covers them whole.
 *
 * @param epoch which start of which ingest node
 * @param firstSeq the first sequence number it speaks of
 * @param lastSeq the last, inclusive; {@code firstSeq - 1} when it speaks of none
 * @param completeUntil every hit of the epoch that was received before this has a sequence number up to {@code lastSeq}; microseconds
 * @param isFinal the epoch gets no more hits
 * @param hitsByMinute how many of the hits were received in each minute, by the minute's beginning. Together as many as the range has
 *     numbers, or fewer where some could not be read any more
 */
public record AuditRecord(
        UUID epoch,
        long firstSeq,
        long lastSeq,
        Instant completeUntil,
        boolean isFinal,
        SortedMap<Instant, Long> hitsByMinute) {

    /** The times that a warehouse is sure to take. */
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

    public AuditRecord {
        completeUntil = completeUntil.truncatedTo(ChronoUnit.MICROS);
        hitsByMinute = Collections.unmodifiableSortedMap(new TreeMap<>(hitsByMinute));
        require(
                firstSeq >= 0 && lastSeq >= firstSeq - 1 && lastSeq < Long.MAX_VALUE,
                "no range: " + firstSeq + " to " + lastSeq);
        require(isTime(completeUntil), "no time: " + completeUntil);
        long left = lastSeq - firstSeq + 1;
        for (var minute : hitsByMinute.entrySet()) {
            require(
                    isTime(minute.getKey())
                            && minute.getKey().equals(minute.getKey().truncatedTo(ChronoUnit.MINUTES)),
                    "no minute: " + minute.getKey());
            require(
                    minute.getValue() > 0 && minute.getValue() <= left,
                    "more or fewer hits than " + firstSeq + " to " + lastSeq + " can be");
            left -= minute.getValue();
        }
    }

    private static boolean isTime(Instant time) {
        return !time.isBefore(EARLIEST) && !time.isAfter(LATEST);
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException(what);
        }
    }

    /** Whether it speaks of no hit, only of the time. */
    public boolean isEmpty() {
        return lastSeq < firstSeq;
    }

    /** One record that says what this and the next one of its epoch say. */
    public AuditRecord joinedTo(AuditRecord next) {
        require(next.epoch.equals(epoch) && next.firstSeq == lastSeq + 1, next + " does not follow " + this);
        var both = new TreeMap<>(hitsByMinute);
        next.hitsByMinute.forEach((minute, hits) -> both.merge(minute, hits, Long::sum));
        return new AuditRecord(epoch, firstSeq, next.lastSeq, next.completeUntil, next.isFinal, both);
    }
}
