package dev.sluice.consumer;

import dev.sluice.common.table.Row;
import dev.sluice.common.table.Table;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.util.EnumMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the consumer counts. They add up: records delivered = frames + audits + foreign + repeated; rows collected = rows staged
 * ({@code sluice.stage.rows}) + rows discarded + rows held in open batches. Thread-safe.
 */
final class ConsumerMetrics {
    private final Set<ShardStatus> shards = ConcurrentHashMap.newKeySet();
    private final AtomicInteger inflight = new AtomicInteger();
    private final Counter frames;
    private final Counter audits;
    private final Counter foreign;
    private final Counter repeated;
    private final Counter hits;
    private final EnumMap<Table, Counter> rows = new EnumMap<>(Table.class);
    private final Counter discarded;
    private final Counter checkpoints;
    private final Counter failedCheckpoints;
    private final Counter leasesLost;

    ConsumerMetrics(MeterRegistry registry) {
        frames = records(registry, "frame");
        audits = records(registry, "audit");
        foreign = records(registry, "foreign");
        repeated = records(registry, "repeated");
        hits = counter(registry, "sluice.consumer.hits", "hits", "Hits in the frames that were read");
        discarded = counter(
                registry,
                "sluice.consumer.rows.discarded",
                "rows",
                "Rows that were in a batch which was not staged: their records are read again");
        leasesLost = counter(
                registry, "sluice.consumer.lease.lost", "leases", "Shards taken over by another consumer unasked");
        checkpoints = checkpoints(registry, "ok");
        failedCheckpoints = checkpoints(registry, "failed");
        for (Table table : Table.values()) {
            rows.put(
                    table,
                    Counter.builder("sluice.consumer.rows")
                            .description("Rows that came into a batch")
                            .baseUnit("rows")
                            .tag("table", table.tableName())
                            .register(registry));
        }
        Gauge.builder("sluice.consumer.shards", shards, Set::size)
                .description("Shards that this consumer reads")
                .baseUnit("shards")
                .register(registry);
        Gauge.builder("sluice.consumer.inflight", inflight, AtomicInteger::get)
                .description("Records in enrichment")
                .baseUnit("records")
                .register(registry);
        TimeGauge.builder("sluice.consumer.millis.behind", this, TimeUnit.MILLISECONDS, ConsumerMetrics::millisBehind)
                .description("How far the slowest shard is behind the newest record")
                .register(registry);
        TimeGauge.builder("sluice.consumer.checkpoint.lag", this, TimeUnit.NANOSECONDS, ConsumerMetrics::lagNanos)
                .description("Since when the oldest record that is not checkpointed waits, over all shards")
                .register(registry);
    }

    void watch(ShardStatus shard) {
        shards.add(shard);
    }

    void unwatch(ShardStatus shard) {
        shards.remove(shard);
    }

    /** The shards that are read now. */
    List<ShardStatus> shards() {
        return List.copyOf(shards);
    }

    void frame(int hitsInIt) {
        frames.increment();
        hits.increment(hitsInIt);
    }

    void audit() {
        audits.increment();
    }

    void foreign() {
        foreign.increment();
    }

    void repeated() {
        repeated.increment();
    }

    void inflight(int change) {
        inflight.addAndGet(change);
    }

    void collected(List<Row> made) {
        for (Row row : made) {
            Objects.requireNonNull(rows.get(row.table())).increment();
        }
    }

    void discarded(long count) {
        discarded.increment((double) count);
    }

    void checkpoint(boolean ok) {
        (ok ? checkpoints : failedCheckpoints).increment();
    }

    void leaseLost() {
        leasesLost.increment();
    }

    private double millisBehind() {
        return shards.stream().mapToDouble(ShardStatus::millisBehind).max().orElse(0);
    }

    private double lagNanos() {
        return shards.stream()
                .mapToDouble(ShardStatus::checkpointLagNanos)
                .max()
                .orElse(0);
    }

    private static Counter records(MeterRegistry registry, String result) {
        return Counter.builder("sluice.consumer.records")
                .description("Kinesis records that were delivered")
                .baseUnit("records")
                .tag("result", result)
                .register(registry);
    }

    private static Counter checkpoints(MeterRegistry registry, String result) {
        return Counter.builder("sluice.consumer.checkpoints")
                .description("Attempts to move a shard's checkpoint")
                .tag("result", result)
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String name, String unit, String what) {
        return Counter.builder(name).description(what).baseUnit(unit).register(registry);
    }
}
