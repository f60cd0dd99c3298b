package dev.sluice.loader.load;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long what was loaded is kept. Keys {@code sluice.loader.retention.*}. The loader deletes what is over, an hour or a day of it
 * at a time, between loads.
 *
 * @param pageViews by {@code received_at}; null keeps them for ever
 * @param events the same of {@code events}
 * @param badEvents the same of {@code bad_events}: what was sent, as it was sent
 * @param audit the counts of {@code audit_buckets}, and {@code forgotten_rows}, which belongs to them
 * @param ledger {@code load_ledger}. It is what keeps a batch from being loaded twice, so it must outlive every way in which one can
 *     come back: longer than {@code stream}, {@code loaded-objects} and {@code sluice.loader.dedup-window}
 * @param loadedObjects in the bucket, after which data files, descriptors and manifests of loads are deleted, and files that no
 *     batch names. What still waits is never deleted
 * @param stream as long as the stream keeps records: so long a consumer can read, and stage, the same ones again
 */
public record RetentionProperties(
        @Nullable Duration pageViews,
        @Nullable Duration events,
        @Nullable Duration badEvents,
        @DefaultValue("90d") Duration audit,
        @DefaultValue("90d") Duration ledger,
        @DefaultValue("7d") Duration loadedObjects,
        @DefaultValue("1d") Duration stream) {
    private static final Duration SHORTEST = Duration.ofDays(1);
    private static final Duration SHORTEST_OF_OBJECTS = Duration.ofHours(1);

    public RetentionProperties {
        requireAtLeast("page-views", pageViews, SHORTEST);
        requireAtLeast("events", events, SHORTEST);
        requireAtLeast("bad-events", badEvents, SHORTEST);
        requireAtLeast("audit", audit, SHORTEST);
        requireAtLeast("stream", stream, SHORTEST);
        requireAtLeast("loaded-objects", loadedObjects, SHORTEST_OF_OBJECTS);
        requireLedgerOutlives("sluice.loader.retention.stream", stream, ledger);
        requireLedgerOutlives("sluice.loader.retention.loaded-objects", loadedObjects, ledger);
    }

    /** What {@code LoaderProperties} asks of its part. */
    void requireLedgerOutlives(String key, Duration other) {
        requireLedgerOutlives(key, other, ledger);
    }

    private static void requireLedgerOutlives(String key, Duration other, Duration ledger) {
        if (ledger.compareTo(other) <= 0) {
            throw new IllegalArgumentException("sluice.loader.retention.ledger is more than " + key
                    + ", or a batch could be loaded twice; not " + ledger + " and " + other);
        }
    }

    private static void requireAtLeast(String key, @Nullable Duration value, Duration least) {
        if (value != null && value.compareTo(least) < 0) {
            throw new IllegalArgumentException(
                    "sluice.loader.retention." + key + " is at least " + least + ", not " + value);
        }
    }
}
