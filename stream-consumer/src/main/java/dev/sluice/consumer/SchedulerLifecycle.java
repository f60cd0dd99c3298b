package dev.sluice.consumer;

import dev.sluice.loader.staging.RetryPause;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Owns the thread {@code kcl-scheduler}: starts it, notices when it ends unasked, stops it with a deadline. {@link #start} and
 * {@link #stop} are called by Spring, one after the other; thread-safe.
 */
final class SchedulerLifecycle implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(SchedulerLifecycle.class);
    /** What KCL may take to end its threads once it was told to stop at once. */
    private static final Duration FORCED = Duration.ofSeconds(5);

    private final Supplier<StreamReader> readers;
    private final RetryPause pause;
    private final Consumer<Throwable> fatal;
    private final Duration stopTimeout;

    private volatile @Nullable Thread thread;
    private volatile @Nullable StreamReader reader;
    private volatile boolean stopping;

    /**
     * @param readers makes the reader, on the thread itself; may block
     * @param pause closed when the deadline is over, so that nothing waits on
     * @param stopTimeout for what is held to be staged; forcing takes a few seconds more
     */
    SchedulerLifecycle(
            Supplier<StreamReader> readers, RetryPause pause, Consumer<Throwable> fatal, Duration stopTimeout) {
        this.readers = readers;
        this.pause = pause;
        this.fatal = fatal;
        this.stopTimeout = stopTimeout;
    }

    @Override
    public synchronized void start() {
        if (thread != null) {
            throw new IllegalStateException("was started before");
        }
        Thread started = Thread.ofPlatform().name("kcl-scheduler").daemon().unstarted(this::run);
        thread = started;
        started.start();
    }

    private void run() {
        try {
            StreamReader made = readers.get();
            reader = made;
            // A stop that came before there was a reader found none to stop.
            if (!stopping) {
                made.run();
            }
            if (!stopping) {
                fatal.accept(new IllegalStateException("KCL's scheduler ended by itself"));
            }
        } catch (Throwable e) {
            if (stopping) {
                LOG.warn("The reader failed while stopping", e);
            } else {
                fatal.accept(e);
            }
        }
    }

    @Override
    public synchronized void stop() {
        Thread running = thread;
        if (running == null || stopping) {
            return;
        }
        stopping = true;
        long deadlineNanos = System.nanoTime() + stopTimeout.toNanos();
        try {
            StreamReader current = reader;
            boolean graceful = current != null && running.isAlive() && stopGracefully(current);
            if (!graceful) {
                force(current, running);
            }
            if (!running.join(left(deadlineNanos).plus(FORCED)) && running.isAlive()) {
                LOG.error("The thread {} does not end; leaving it behind", running.getName());
            }
        } catch (InterruptedException e) {
            force(reader, running);
            Thread.currentThread().interrupt();
        }
    }

    private boolean stopGracefully(StreamReader current) throws InterruptedException {
        try {
            return current.stopGracefully().get(stopTimeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn("Not everything that was held could be staged in {}; it will be read again", stopTimeout);
        } catch (ExecutionException e) {
            LOG.warn("Stopping gracefully failed", e.getCause());
        }
        return false;
    }

    private void force(@Nullable StreamReader current, Thread running) {
        pause.close();
        if (current != null) {
            current.stopNow();
        }
        running.interrupt();
    }

    private static Duration left(long deadlineNanos) {
        return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
    }

    @Override
    public boolean isRunning() {
        Thread running = thread;
        return running != null && running.isAlive() && !stopping;
    }

    @Override
    public int getPhase() {
        return ConsumerConfiguration.SCHEDULER_PHASE;
    }
}
