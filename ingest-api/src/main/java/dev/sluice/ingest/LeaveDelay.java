package dev.sluice.ingest;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Keeps the collector serving, with a failing health check, until the load balancer has noticed and sends nothing more. First to
 * stop, and only waits.
 */
final class LeaveDelay implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(LeaveDelay.class);

    private final Duration delay;
    private final int phase;
    private volatile boolean running;

    LeaveDelay(Duration delay, int phase) {
        this.delay = delay;
        this.phase = phase;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        if (delay.isZero()) {
            return;
        }
        log.info("leaving: requests are still taken for {}", delay);
        try {
            Thread.sleep(delay);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return phase;
    }
}
