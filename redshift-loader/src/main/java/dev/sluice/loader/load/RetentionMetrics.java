package dev.sluice.loader.load;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What the loader deleted since its time was over. Thread-safe. */
final class RetentionMetrics {
    private final MeterRegistry registry;

    RetentionMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void rowsDeleted(String table, long rows) {
        Counter.builder("sluice.retention.rows")
                .description("Rows that were deleted at the end of their retention")
                .baseUnit("rows")
                .tag("table", table)
                .register(registry)
                .increment((double) rows);
    }

    void objectsDeleted(String what, long objects) {
        Counter.builder("sluice.retention.objects")
                .description("Objects of the staging bucket that were deleted at the end of their retention")
                .baseUnit("objects")
                .tag("what", what)
                .register(registry)
                .increment((double) objects);
    }

    void failed(String chore) {
        Counter.builder("sluice.retention.failures")
                .description("Steps of deleting that failed; each is tried again")
                .tag("chore", chore)
                .register(registry)
                .increment();
    }
}
