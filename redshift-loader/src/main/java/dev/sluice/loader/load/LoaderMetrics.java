package dev.sluice.loader.load;

import dev.sluice.common.table.Table;
import dev.sluice.loader.load.LoadResult.TableRows;
import dev.sluice.loader.staging.BatchDescriptor;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What the loader counts. For every table: staged rows of the loaded batches = inserted + pipeline duplicates + browser
 * duplicates + quarantined. Counted by the loader's thread, read by any.
 */
final class LoaderMetrics {
    private static final double MILLIS = 1000.0;

    private final InstantSource clock;
    private final Counter loaded;
    private final Counter alreadyLoaded;
    private final Counter failed;
    private final Counter refused;
    private final Counter damaged;
    private final Timer dailyRefresh;
    private final Counter dailyRefreshFailed;
    private final Timer duration;
    private final DistributionSummary oldestAge;
    private final DistributionSummary newestAge;
    private final Map<Table, Rows> rows = new EnumMap<>(Table.class);
    private final Map<QuarantineReason, Counter> bad = new EnumMap<>(QuarantineReason.class);
    private final Map<LoadFailure.Kind, Counter> failures = new EnumMap<>(LoadFailure.Kind.class);
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicReference<@Nullable Instant> oldestWaiting = new AtomicReference<>();

    private record Rows(Counter inserted, Counter pipelineDuplicates, Counter browserDuplicates, Counter quarantined) {}

    LoaderMetrics(MeterRegistry registry, InstantSource clock) {
        this.clock = clock;
        this.loaded = batches(registry, "loaded");
        this.alreadyLoaded = batches(registry, "already_loaded");
        this.failed = batches(registry, "failed");
        this.refused = Counter.builder("sluice.load.objects.refused")
                .description("Objects among the waiting descriptors that are none")
                .register(registry);
        this.damaged = Counter.builder("sluice.load.objects.damaged")
                .description("Files of batches that are gone, or are not what was staged; each once")
                .register(registry);
        this.duration = Timer.builder("sluice.load.duration")
                .description("One load transaction")
                .publishPercentileHistogram()
                .register(registry);
        this.dailyRefresh = Timer.builder("sluice.load.daily.refresh")
                .description("Counting the days of page_views_daily that changed")
                .register(registry);
        this.dailyRefreshFailed = Counter.builder("sluice.load.daily.refresh.failed")
                .description("Refreshes of page_views_daily that did not commit; the view stays exact")
                .register(registry);
        this.oldestAge = freshness(registry, "oldest");
        this.newestAge = freshness(registry, "newest");
        for (Table table : Table.values()) {
            rows.put(
                    table,
                    new Rows(
                            rows(registry, table, "inserted"),
                            rows(registry, table, "duplicate_pipeline"),
                            rows(registry, table, "duplicate_browser"),
                            rows(registry, table, "quarantined")));
        }
        for (QuarantineReason reason : QuarantineReason.values()) {
            bad.put(
                    reason,
                    Counter.builder("sluice.dlq.records")
                            .description("Bad rows that were made")
                            .baseUnit("rows")
                            .tag("stage", QuarantineReason.STAGE)
                            .tag("reason", reason.columnValue())
                            .register(registry));
        }
        for (LoadFailure.Kind kind : LoadFailure.Kind.values()) {
            failures.put(
                    kind,
                    Counter.builder("sluice.load.failures")
                            .description("Loads that did not commit, by what follows from it")
                            .tag("kind", kind.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        Gauge.builder("sluice.load.waiting.batches", waiting, AtomicLong::doubleValue)
                .description("Batches staged and not yet loaded, as the loader last saw them")
                .register(registry);
        Gauge.builder("sluice.load.lag", this, LoaderMetrics::lagSeconds)
                .description("Age of the oldest row that waits; 0 when none does")
                .baseUnit("seconds")
                .register(registry);
    }

    void waiting(List<BatchDescriptor> batches) {
        waiting.set(batches.size());
        oldestWaiting.set(batches.stream()
                .map(BatchDescriptor::minReceivedAt)
                .min(Instant::compareTo)
                .orElse(null));
    }

    void loaded(LoadResult result, long nanos) {
        alreadyLoaded.increment(result.alreadyLoaded().size());
        Instant loadedAt = result.loadedAt();
        if (loadedAt == null) {
            return;
        }
        loaded.increment(result.loaded().size());
        duration.record(nanos, TimeUnit.NANOSECONDS);
        for (BatchDescriptor batch : result.loaded()) {
            if (batch.hasFacts()) {
                oldestAge.record(seconds(batch.minReceivedAt(), loadedAt));
                newestAge.record(seconds(batch.maxReceivedAt(), loadedAt));
            }
        }
        result.tables().forEach(this::count);
        result.reasons().forEach((reason, rowsOfIt) -> {
            Counter counter = bad.get(reason);
            if (counter != null) {
                counter.increment((double) rowsOfIt);
            }
        });
    }

    void failed(LoadFailure.Kind kind) {
        Counter counter = failures.get(kind);
        if (counter != null) {
            counter.increment();
        }
    }

    void batchFailed() {
        failed.increment();
    }

    void objectsDamaged(int count) {
        damaged.increment(count);
    }

    void dailyRefreshed(long nanos) {
        dailyRefresh.record(nanos, TimeUnit.NANOSECONDS);
    }

    void dailyRefreshFailed() {
        dailyRefreshFailed.increment();
    }

    void objectRefused() {
        refused.increment();
    }

    private void count(Table table, TableRows counted) {
        Rows counters = rows.get(table);
        if (counters != null) {
            counters.inserted.increment((double) counted.inserted());
            counters.pipelineDuplicates.increment((double) counted.pipelineRepeats());
            counters.browserDuplicates.increment((double) counted.browserRepeats());
            counters.quarantined.increment((double) counted.quarantined());
        }
    }

    private double lagSeconds() {
        Instant oldest = oldestWaiting.get();
        return oldest == null ? 0 : seconds(oldest, clock.instant());
    }

    private static double seconds(Instant from, Instant to) {
        return Math.max(0, Duration.between(from, to).toMillis() / MILLIS);
    }

    private static Counter batches(MeterRegistry registry, String result) {
        return Counter.builder("sluice.load.batches")
                .description("Batches by what became of them; a failed one is tried again and counted each time")
                .tag("result", result)
                .register(registry);
    }

    private static Counter rows(MeterRegistry registry, Table table, String result) {
        return Counter.builder("sluice.load.rows")
                .description("Staged rows of loaded batches, by what became of them")
                .tag("table", table.tableName())
                .tag("result", result)
                .register(registry);
    }

    private static DistributionSummary freshness(MeterRegistry registry, String row) {
        return DistributionSummary.builder("sluice.load.freshness")
                .description("From received_at to loaded_at, of each batch's oldest and newest row")
                .baseUnit("seconds")
                .tag("row", row)
                .publishPercentiles(0.5, 0.95, 0.99)
                .register(registry);
    }
}
