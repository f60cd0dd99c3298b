package dev.sluice.loader.canary;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Owns the thread "canary", which sends one every interval and looks for those before. Without an address it does nothing. Start and
 * stop may come from any thread.
 */
public final class CanaryLoop implements SmartLifecycle, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CanaryLoop.class);
    /** An answer of the collector, and one of the warehouse. */
    private static final Duration STOP = Duration.ofSeconds(10);

    private final @Nullable HttpCollector collector;
    private final @Nullable HikariDataSource source;
    private final @Nullable Canaries canaries;
    private final Duration interval;
    private final InstantSource clock;

    private volatile @Nullable Thread thread;
    private volatile CountDownLatch stopped = new CountDownLatch(1);
    /** Confined to the thread. */
    private boolean failing;

    /** @param warehouse gives connections of its own, which it closes; not asked without an address */
    public CanaryLoop(
            CanaryProperties properties,
            Supplier<HikariDataSource> warehouse,
            InstantSource clock,
            MeterRegistry registry) {
        URI url = properties.url();
        if (url == null) {
            this.collector = null;
            this.source = null;
            this.canaries = null;
        } else {
            this.collector = new HttpCollector(url);
            this.source = warehouse.get();
            this.canaries = new Canaries(
                    collector, new WarehouseLanding(source), properties.patience(), UUID::randomUUID, registry);
        }
        this.interval = properties.interval();
        this.clock = clock;
    }

    @Override
    public synchronized void start() {
        Canaries sent = canaries;
        if (sent == null || isRunning()) {
            return;
        }
        var signal = new CountDownLatch(1);
        stopped = signal;
        Thread started = Thread.ofPlatform().daemon().name("canary").unstarted(() -> run(sent, signal));
        thread = started;
        started.start();
    }

    @Override
    public synchronized void stop() {
        stopped.countDown();
        Thread running = thread;
        if (running != null) {
            try {
                if (!running.join(STOP)) {
                    LOG.info("The canary's last question is left to itself");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            thread = null;
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
        Thread running = thread;
        return running != null && running.isAlive();
    }

    private void run(Canaries sent, CountDownLatch signal) {
        try {
            while (!signal.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                round(sent);
            }
        } catch (InterruptedException e) {
            // No one but a JVM on its way down interrupts this thread.
            Thread.currentThread().interrupt();
        }
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
