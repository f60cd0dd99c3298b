package dev.sluice.consumer;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names the shards that stand still: not read, or with a record that is not checkpointed, for too long. Each once, and once more when it
 * moves again. Looks at shards of this consumer only; a shard that nobody reads shows in the stream's own metrics. Confined to one thread,
 * but for the gauge.
 */
final class ShardWatchdog implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ShardWatchdog.class);

    private final Supplier<? extends Iterable<ShardStatus>> shards;
    private final Duration stalledAfter;
    private final Set<String> stalled = new HashSet<>();

    ShardWatchdog(Supplier<? extends Iterable<ShardStatus>> shards, Duration stalledAfter, MeterRegistry registry) {
        this.shards = shards;
        this.stalledAfter = stalledAfter;
        Gauge.builder("sluice.consumer.shard.stalled", this, ShardWatchdog::stalledNow)
                .description("Shards that stand still: the log names them")
                .baseUnit("shards")
                .register(registry);
    }

    @Override
    public void run() {
        var held = new HashSet<String>();
        for (ShardStatus shard : shards.get()) {
            held.add(shard.id());
            if (isStalled(shard)) {
                if (stalled.add(shard.id())) {
                    LOG.warn(
                            "{} has not moved for {} s: it is {} s behind",
                            shard.id(),
                            shard.standstill().toSeconds(),
                            shard.lag().toSeconds());
                }
            } else if (stalled.remove(shard.id())) {
                LOG.info(
                        "{} moves again; it is {} s behind",
                        shard.id(),
                        shard.lag().toSeconds());
            }
        }
        for (String gone : Set.copyOf(stalled)) {
            if (!held.contains(gone)) {
                stalled.remove(gone);
                LOG.info("{} stood still, and is not read by this consumer any more", gone);
            }
        }
    }

    private boolean isStalled(ShardStatus shard) {
        return shard.standstill().compareTo(stalledAfter) >= 0;
    }

    private double stalledNow() {
        double count = 0;
        for (ShardStatus shard : shards.get()) {
            count += isStalled(shard) ? 1 : 0;
        }
        return count;
    }
}
