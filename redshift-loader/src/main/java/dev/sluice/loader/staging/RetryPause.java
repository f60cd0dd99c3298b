package dev.sluice.loader.staging;

import dev.sluice.common.Backoff;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** The wait between two attempts at something that must succeed in the end; closing it ends every wait. Thread-safe. */
public final class RetryPause implements AutoCloseable {
    private final Backoff backoff;
    private final RandomGenerator random;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** @param random must be thread-safe */
    public RetryPause(Backoff backoff, RandomGenerator random) {
        this.backoff = backoff;
        this.random = random;
    }

    /**
     * Waits before the next attempt.
     *
     * @param failures so far, from 1
     * @throws InterruptedException when interrupted, or closed: nobody wants another attempt
     */
    public void await(int failures) throws InterruptedException {
        if (closed.await(backoff.delay(failures, random).toNanos(), TimeUnit.NANOSECONDS)) {
            throw new InterruptedException("stopped while waiting for another attempt");
        }
    }

    /** Whether nobody wants another attempt any more. */
    public boolean isClosed() {
        return closed.getCount() == 0;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
