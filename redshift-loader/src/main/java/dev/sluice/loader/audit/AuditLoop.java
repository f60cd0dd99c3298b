package dev.sluice.loader.audit;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Owns the thread "auditor", which makes a round every interval. A round that fails is made again: the proof stands where it stood, and
 * loading goes on without it. Start and stop may come from any thread.
 */
public final class AuditLoop implements SmartLifecycle, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLoop.class);
    private static final Duration STOP = Duration.ofSeconds(5);

    /** What the thread does. */
    interface Work {
        /** Fails with whatever the warehouse fails with. */
        void round();

        /** Lets go of the connections, also of one in use. */
        default void close() {}
    }

    private final Work work;
    private final Duration interval;
    private final AuditReport report;
    private final LongSupplier nanoTime;

    private volatile @Nullable Thread thread;
    private volatile CountDownLatch stopped = new CountDownLatch(1);
    /** Confined to the thread. */
    private boolean failing;

    /** Over the auditor's own connections, which it closes when it is stopped for good. */
    public static AuditLoop of(HikariDataSource source, AuditProperties properties, AuditReport report) {
        var auditor = new Auditor(source, properties, report, InstantSource.system(), System::nanoTime);
        var work = new Work() {
            @Override
            public void round() {
                auditor.round();
            }

            @Override
            public void close() {
                source.close();
            }
        };
        return new AuditLoop(work, properties.interval(), report, System::nanoTime);
    }

    AuditLoop(Work work, Duration interval, AuditReport report, LongSupplier nanoTime) {
        this.work = work;
        this.interval = interval;
        this.report = report;
        this.nanoTime = nanoTime;
    }

    @Override
    public synchronized void start() {
        if (isRunning()) {
            return;
        }
        var signal = new CountDownLatch(1);
        stopped = signal;
        // A daemon: it changes nothing that a process would have to wait for.
        Thread started = Thread.ofPlatform().daemon().name("auditor").unstarted(() -> run(signal));
        thread = started;
        started.start();
    }

    /** Waits a little for the round under way; what it does not get to, the next start does. */
    @Override
    public synchronized void stop() {
        stopped.countDown();
        Thread running = thread;
        if (running != null) {
            try {
                if (!running.join(STOP)) {
                    LOG.info("The auditor's question to the warehouse is left to itself");
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
        work.close();
    }

    @Override
    public boolean isRunning() {
        Thread running = thread;
        return running != null && running.isAlive();
    }

    /** The thread's life: a round every interval. The first after one, when a loader that starts has made the tables. */
    private void run(CountDownLatch signal) {
        try {
            long tookNanos = 0;
            while (!signal.await(interval.toNanos() - tookNanos, TimeUnit.NANOSECONDS)) {
                long began = nanoTime.getAsLong();
                round();
                tookNanos = nanoTime.getAsLong() - began;
            }
        } catch (InterruptedException e) {
            // No one but a JVM on its way down interrupts this thread.
            Thread.currentThread().interrupt();
        }
    }

    void round() {
        long began = nanoTime.getAsLong();
        try {
            work.round();
            report.took(nanoTime.getAsLong() - began);
            if (failing) {
                LOG.info("The proof goes on");
            }
            failing = false;
        } catch (RuntimeException e) {
            report.failed();
            if (failing) {
                LOG.debug("The auditor's round failed again", e);
            } else {
                LOG.warn("The proof stands still: the auditor's round failed, and is made again", e);
            }
            failing = true;
        }
    }
}
