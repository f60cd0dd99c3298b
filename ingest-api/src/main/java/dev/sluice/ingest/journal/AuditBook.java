package dev.sluice.ingest.journal;

import dev.sluice.common.EncodedHit;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the audit records of this start: one to announce it, one now and then, one at the end of each segment, and the final one. Each
 * belongs to the segment that has its hits, which stays on the disk until the stream has the record: so after any crash the records
 * that are missing can be made again from the segments that are left. Confined to the committer's thread.
 */
final class AuditBook {
    private static final Logger log = LoggerFactory.getLogger(AuditBook.class);

    /** @param clock of the wall */
    record Schedule(Duration interval, InstantSource clock) {}

    private final SegmentJournal journal;
    private final Schedule schedule;
    private final AuditTally tally;

    private long lastNanos;
    private boolean saidRetimed;

    AuditBook(SegmentJournal journal, UUID epoch, Schedule schedule) {
        this.journal = journal;
        this.schedule = schedule;
        this.tally = new AuditTally(epoch, 0);
    }

    /** A block of these hits is on the disk. */
    void written(long firstSeq, List<EncodedHit> hits) {
        tally.add(firstSeq, hits);
    }

    /** The epoch's first segment is on the disk: from now on somebody will say how it ended, whatever happens. */
    void announce(Segment first) {
        make(first, false);
    }

    /** Makes a record when it is time: without hits as well, so that the proof goes on while nothing comes. */
    void tick(Segment open) {
        if (System.nanoTime() - lastNanos >= schedule.interval().toNanos()) {
            make(open, false);
        }
    }

    /** The segment gets no more hits: what the records have not said of it so far, this one does. */
    void sealing(Segment segment) {
        if (!tally.isEmpty()) {
            make(segment, false);
        }
    }

    /** The epoch gets no more hits. */
    void ending(Segment last) {
        make(last, true);
    }

    private void make(Segment segment, boolean isFinal) {
        lastNanos = System.nanoTime();
        long nowMicros =
                ChronoUnit.MICROS.between(Instant.EPOCH, schedule.clock().instant());
        // Every hit that was taken out of the queue is in the tally by now: this is between two groups.
        long completeUntil = journal.queue().completeUntil(nowMicros);
        sayRetimed(journal.queue().takeRetimed());
        boolean joined = journal.outbox().audited(segment, tally.close(completeUntil, isFinal));
        journal.metrics().audited(false, joined);
    }

    private void sayRetimed(long hits) {
        if (hits == 0) {
            return;
        }
        journal.metrics().retimed(hits);
        if (!saidRetimed) {
            saidRetimed = true;
            log.warn(
                    "{} hits were given a later time than their own, as hits before them had: this machine's clock was set back, or"
                            + " they were held up for more than {}. A restart begins with the clock as it is then",
                    hits,
                    CommitQueue.SLACK);
        }
    }
}
