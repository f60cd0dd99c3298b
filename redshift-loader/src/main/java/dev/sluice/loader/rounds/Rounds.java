package dev.sluice.loader.rounds;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the thread that has its name, and on it makes a round every interval, or at once after one that took longer. Start and stop may
 * come from any thread, and it may be started again.
 */
public final class Rounds {
    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

    /** What the thread does. */
    public interface Round {
        /** Judges its own failures: one that is thrown ends the thread. */
        void make() throws InterruptedException;
    }

    private final String name;
    private final Duration interval;
    private final Duration patience;
    private final Round round;

    private volatile @Nullable Thread thread;
    private CountDownLatch stopped = new CountDownLatch(1);

    /** @param patience how long a stop waits for the round under way */
    public Rounds(String name, Duration interval, Duration patience, Round round) {
        this.name = name;
        this.interval = interval;
        this.patience = patience;
        this.round = round;
    }

    /** The first round comes after one interval, when a loader that starts has made the tables. */
    public synchronized void start() {
        if (isRunning()) {
            return;
        }
        var signal = new CountDownLatch(1);
        stopped = signal;
        // A daemon: it changes nothing that a process would have to wait for.
        Thread started = Thread.ofPlatform().daemon().name(name).unstarted(() -> run(signal));
        thread = started;
        started.start();
    }

    /** Waits a little for the round under way; what it does not get to, the next start does. */
    public synchronized void stop() {
        stopped.countDown();
        Thread running = thread;
        if (running == null) {
            return;
        }
        try {
            if (!running.join(patience)) {
                LOG.info("The round of the thread {} that is under way is left to itself", name);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread = null;
    }

    public boolean isRunning() {
        Thread running = thread;
        return running != null && running.isAlive();
    }

    private void run(CountDownLatch signal) {
        try {
            long tookNanos = 0;
            while (!signal.await(interval.toNanos() - tookNanos, TimeUnit.NANOSECONDS)) {
                long began = System.nanoTime();
                round.make();
                tookNanos = System.nanoTime() - began;
            }
        } catch (InterruptedException e) {
            // No one but a JVM on its way down interrupts this thread.
            Thread.currentThread().interrupt();
        }
    }
}
