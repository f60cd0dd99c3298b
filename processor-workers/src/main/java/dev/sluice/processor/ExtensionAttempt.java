package dev.sluice.processor;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One event in one extension: run by one thread, waited for by another, which may give it up. */
final class ExtensionAttempt implements Runnable {
    private enum State {
        WAITING,
        RUNNING,
        DONE,
        GIVEN_UP
    }

    private final Enricher enricher;
    private final EventContext view;
    private final AtomicInteger hung;
    private final CountDownLatch done = new CountDownLatch(1);

    @GuardedBy("this") private State state = State.WAITING;

    @GuardedBy("this") private @Nullable Thread runner;

    @GuardedBy("this") private @Nullable Throwable thrown;

    /** @param hung counts the threads that run what was given up */
    ExtensionAttempt(Enricher enricher, EventContext view, AtomicInteger hung) {
        this.enricher = enricher;
        this.view = view;
        this.hung = hung;
    }

    @Override
    public void run() {
        if (!begin()) {
            return;
        }
        Throwable fault = null;
        try {
            enricher.enrich(view);
        } catch (Throwable e) {
            // Not swallowed: it goes to whoever waits.
            fault = e;
        }
        end(fault);
    }

    private synchronized boolean begin() {
        if (state != State.WAITING) {
            return false;
        }
        state = State.RUNNING;
        runner = Thread.currentThread();
        view.changes().open();
        return true;
    }

    private synchronized void end(@Nullable Throwable fault) {
        view.changes().close();
        runner = null;
        thrown = fault;
        if (state == State.GIVEN_UP) {
            hung.decrementAndGet();
            // It was meant for this event, not for the next one on this thread.
            Thread.interrupted();
        } else {
            state = State.DONE;
            done.countDown();
        }
    }

    /**
     * Waits for the end, also when interrupted, as it is not long; the interrupt stays set.
     *
     * @return false when it did not end in time: it is then given up and interrupted
     */
    boolean await(Duration timeout) {
        long deadlineNanos = System.nanoTime() + timeout.toNanos();
        boolean interrupted = false;
        boolean ended = false;
        boolean waiting = true;
        while (waiting) {
            try {
                ended = done.await(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
                waiting = false;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return ended || !giveUp();
    }

    /** False when it has ended meanwhile. */
    private synchronized boolean giveUp() {
        if (state == State.DONE) {
            return false;
        }
        state = State.GIVEN_UP;
        if (runner != null) {
            hung.incrementAndGet();
            runner.interrupt();
        }
        return true;
    }

    EventContext view() {
        return view;
    }

    /** What it threw; null when nothing. For after {@link #await} returned true. */
    synchronized @Nullable Throwable thrown() {
        return thrown;
    }
}
