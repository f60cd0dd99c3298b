package dev.sluice.loader.staging;

import dev.sluice.common.table.Table;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;

/** What staging did. Rows and bytes are counted once their batch exists, so that rows staged are rows that will be loaded. */
public final class StagingMetrics {
    private final Counter data;
    private final Counter descriptors;
    private final EnumMap<Table, Counter> rows = new EnumMap<>(Table.class);
    private final DistributionSummary bytes;
    private final Counter conflicts;
    private final Counter mismatches;
    private final Counter retries;
    private final Timer time;

    public StagingMetrics(MeterRegistry registry) {
        data = objects(registry, "data");
        descriptors = objects(registry, "descriptor");
        for (Table table : Table.values()) {
            rows.put(
                    table,
                    Counter.builder("sluice.stage.rows")
                            .description("Rows in batches that exist")
                            .baseUnit("rows")
                            .tag("table", table.tableName())
                            .register(registry));
        }
        bytes = DistributionSummary.builder("sluice.stage.bytes")
                .description("Compressed bytes of a staged batch")
                .baseUnit("bytes")
                .register(registry);
        conflicts = conflict(registry, "same");
        mismatches = conflict(registry, "different");
        retries = Counter.builder("sluice.stage.retries")
                .description("Calls to S3 that failed and are tried again")
                .register(registry);
        time = Timer.builder("sluice.stage.time")
                .description("From a closed batch to a durable one")
                .register(registry);
    }

    private static Counter objects(MeterRegistry registry, String kind) {
        return Counter.builder("sluice.stage.objects")
                .description("Objects written to S3")
                .baseUnit("objects")
                .tag("kind", kind)
                .register(registry);
    }

    private static Counter conflict(MeterRegistry registry, String result) {
        return Counter.builder("sluice.stage.conflict")
                .description("Batches that existed already, with as many rows of each table (same) or not (different)")
                .tag("rows", result)
                .register(registry);
    }

    void dataWritten() {
        data.increment();
    }

    void descriptorWritten() {
        descriptors.increment();
    }

    void staged(RowBatch batch, Duration took) {
        long sum = 0;
        for (RowBatch.TableRows table : batch.tables()) {
            counter(table.table()).increment((double) table.rows());
            sum += table.gzip().length;
        }
        bytes.record((double) sum);
        time.record(took);
    }

    void conflict(boolean sameRows) {
        (sameRows ? conflicts : mismatches).increment();
    }

    void retry() {
        retries.increment();
    }

    private Counter counter(Table table) {
        Counter counter = rows.get(table);
        if (counter == null) {
            throw new IllegalStateException("every table has a counter");
        }
        return counter;
    }
}
