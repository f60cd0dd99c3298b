package dev.sluice.ingest.journal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** Counts what the disk does. Thread-safe. */
public final class JournalMetrics {
    private final Timer flushes;
    private final DistributionSummary groups;
    private final Counter failures;
    private final Counter damagedBytes;
    private final Counter retimed;
    private final Counter auditsMade;
    private final Counter auditsMadeAgain;
    private final Counter auditsJoined;
    private final Counter auditsStored;

    public JournalMetrics(MeterRegistry registry) {
        flushes = Timer.builder("sluice.ingest.journal.fsync")
                .description("Writing and flushing one group")
                .publishPercentiles(0.5, 0.99)
                .register(registry);
        groups = DistributionSummary.builder("sluice.ingest.journal.group")
                .description("Hits that shared one flush")
                .baseUnit("hits")
                .register(registry);
        failures = Counter.builder("sluice.ingest.journal.failed")
                .description("Failures of the disk; the first one ends the process")
                .baseUnit("failures")
                .register(registry);
        damagedBytes = Counter.builder("sluice.ingest.journal.damaged")
                .description("Bytes that could not be read back")
                .baseUnit("bytes")
                .register(registry);
        retimed = Counter.builder("sluice.ingest.journal.retimed")
                .description("Hits taken as received later than the clock said: it was set back, or they were held up")
                .baseUnit("hits")
                .register(registry);
        auditsMade = audits(registry, "made");
        auditsMadeAgain = audits(registry, "made_again");
        auditsJoined = audits(registry, "joined");
        auditsStored = audits(registry, "stored");
    }

    /** At rest, made + made_again = joined + stored. */
    private static Counter audits(MeterRegistry registry, String result) {
        return Counter.builder("sluice.ingest.audit.records")
                .description(
                        "Audit records: made of this start's hits or made again from an earlier start's; joined to one that"
                                + " still waited, or stored in the stream")
                .baseUnit("records")
                .tag("result", result)
                .register(registry);
    }

    void flushed(int hits, long nanos) {
        flushes.record(nanos, TimeUnit.NANOSECONDS);
        groups.record(hits);
    }

    void failed() {
        failures.increment();
    }

    void retimed(long hits) {
        retimed.increment((double) hits);
    }

    /**
     * @param again from a segment of an earlier start
     * @param joined to one that waits
     */
    void audited(boolean again, boolean joined) {
        (again ? auditsMadeAgain : auditsMade).increment();
        if (joined) {
            auditsJoined.increment();
        }
    }

    void auditStored() {
        auditsStored.increment();
    }

    void damaged(long bytes) {
        damagedBytes.increment((double) bytes);
    }
}
