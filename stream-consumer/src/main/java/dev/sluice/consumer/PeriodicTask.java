package dev.sluice.consumer;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Does something again and again beside the data's way; owns the thread that has its name, which ends with it. A task that throws is
 * told in the log and called again. Stops with the scheduler, and waits no longer than a call to S3 may take.
 */
final class PeriodicTask implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(PeriodicTask.class);
    private static final Duration STOP = Duration.ofSeconds(5);

    private final String name;
    private final Duration pace;
    private final @Nullable Runnable task;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile @Nullable Thread thread;

    /**
     * @param pace between the end of one run and the beginning of the next
     * @param task null is nothing to do, which needs no thread
     */
    PeriodicTask(String name, Duration pace, @Nullable Runnable task) {
        this.name = name;
        this.pace = pace;
        this.task = task;
    }

    @Override
    public void start() {
        Runnable wanted = task;
        if (wanted != null) {
            thread = Thread.ofPlatform().name(name).daemon().start(() -> run(wanted));
        }
    }

    private void run(Runnable wanted) {
        boolean failing = false;
        try {
            do {
                try {
                    wanted.run();
                    failing = false;
                } catch (RuntimeException e) {
                    if (!failing && stopped.getCount() > 0) {
                        LOG.warn("{} failed; trying again later", name, e);
                    }
                    failing = true;
                }
            } while (!stopped.await(pace.toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop() {
        stopped.countDown();
        Thread running = thread;
        if (running == null) {
            return;
        }
        running.interrupt();
        try {
            if (!running.join(STOP)) {
                LOG.warn("The thread {} does not end; leaving it behind", name);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        Thread running = thread;
        return running != null && running.isAlive();
    }

    @Override
    public int getPhase() {
        return ConsumerConfiguration.SCHEDULER_PHASE;
    }
}
