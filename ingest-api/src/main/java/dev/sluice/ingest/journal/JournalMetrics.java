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
    }

    void flushed(int hits, long nanos) {
        flushes.record(nanos, TimeUnit.NANOSECONDS);
        groups.record(hits);
    }

    void failed() {
        failures.increment();
    }

    void damaged(long bytes) {
        damagedBytes.increment((double) bytes);
    }
}
