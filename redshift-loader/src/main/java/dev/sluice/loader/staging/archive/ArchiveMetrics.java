package dev.sluice.loader.staging.archive;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the archive did. It adds up: records taken = {@code sluice.archive.records} archived + discarded + held. Bytes are the objects'
 * own. Thread-safe.
 */
public final class ArchiveMetrics {
    private final AtomicLong heldRecords = new AtomicLong();
    private final AtomicLong heldBytes = new AtomicLong();
    private final Counter archived;
    private final Counter discarded;
    private final DistributionSummary objects;
    private final Timer time;
    private final Counter retries;
    private final Counter expired;

    public ArchiveMetrics(MeterRegistry registry) {
        archived = records(registry, "archived");
        discarded = records(registry, "discarded");
        objects = DistributionSummary.builder("sluice.archive.object.size")
                .description("Bytes of the archive objects that were written")
                .baseUnit("bytes")
                .register(registry);
        time = Timer.builder("sluice.archive.time")
                .description("Time to make an archive object durable")
                .register(registry);
        retries = Counter.builder("sluice.archive.retries")
                .description("Calls to S3 for the archive that failed and are tried again")
                .register(registry);
        expired = Counter.builder("sluice.archive.expired")
                .description("Archive objects that were deleted at the end of their retention")
                .baseUnit("objects")
                .register(registry);
        Gauge.builder("sluice.archive.held.records", heldRecords, AtomicLong::get)
                .description("Records that wait for their archive object, over all shards")
                .baseUnit("records")
                .register(registry);
        Gauge.builder("sluice.archive.held.size", heldBytes, AtomicLong::get)
                .description("Bytes that wait for their archive object, over all shards")
                .baseUnit("bytes")
                .register(registry);
    }

    private static Counter records(MeterRegistry registry, String result) {
        return Counter.builder("sluice.archive.records")
                .description("Records that were archived, or given up with their lease: those are read again")
                .baseUnit("records")
                .tag("result", result)
                .register(registry);
    }

    void taken(long bytes) {
        heldRecords.incrementAndGet();
        heldBytes.addAndGet(bytes);
    }

    void letGo(long records, long bytes) {
        heldRecords.addAndGet(-records);
        heldBytes.addAndGet(-bytes);
    }

    void discarded(long records) {
        discarded.increment((double) records);
    }

    void written(ArchiveObject object, Duration took) {
        archived.increment(object.records().size());
        objects.record((double) object.bytes());
        time.record(took);
    }

    void retry() {
        retries.increment();
    }

    void expired(long count) {
        expired.increment((double) count);
    }
}
