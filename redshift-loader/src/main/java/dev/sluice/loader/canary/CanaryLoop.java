package dev.sluice.loader.canary;

import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.loader.rounds.Rounds;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Sends a canary every interval, on the thread "canary", and looks for those before. Without an address it does nothing. Start and
 * stop may come from any thread.
 */
public final class CanaryLoop implements SmartLifecycle, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CanaryLoop.class);
    /** An answer of the collector, and one of the warehouse. */
    private static final Duration STOP = Duration.ofSeconds(10);

    private final @Nullable HttpCollector collector;
    private final @Nullable HikariDataSource source;
    private final InstantSource clock;
    /** None without an address. */
    private final @Nullable Rounds rounds;

    /** Confined to the thread. */
    private boolean failing;

    /** @param warehouse gives connections of its own, which it closes; not asked without an address */
    public CanaryLoop(
            CanaryProperties properties,
            Supplier<HikariDataSource> warehouse,
            InstantSource clock,
            MeterRegistry registry) {
        this.clock = clock;
        URI url = properties.url();
        if (url == null) {
            this.collector = null;
            this.source = null;
            this.rounds = null;
        } else {
            this.collector = new HttpCollector(url);
            this.source = warehouse.get();
            var canaries = new Canaries(
                    collector, new WarehouseLanding(source), properties.patience(), UUID::randomUUID, registry);
            this.rounds = new Rounds("canary", properties.interval(), STOP, () -> round(canaries));
        }
    }

    @Override
    public void start() {
        if (rounds != null) {
            rounds.start();
        }
    }

    @Override
    public void stop() {
        if (rounds != null) {
            rounds.stop();
        }
    }

    /** For good. */
    @Override
    public void close() {
        stop();
        if (collector != null) {
            collector.close();
        }
        if (source != null) {
            source.close();
        }
    }

    @Override
    public boolean isRunning() {
        return rounds != null && rounds.isRunning();
    }

    private void round(Canaries sent) throws InterruptedException {
        try {
            sent.round(clock.instant());
            if (failing) {
                LOG.info("Canaries are looked for again");
            }
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                LOG.warn("Canaries can't be looked for now: the warehouse does not answer", e);
            }
            failing = true;
        }
    }
}
