package dev.sluice.loader.load;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Asks the loader's thread to end, and wakes it when it waits. Thread-safe. */
interface StopSignal {
    void request();

    boolean requested();

    /** Waits, but not on when a stop is requested; tells whether it is. */
    boolean await(Duration atMost) throws InterruptedException;

    static StopSignal create() {
        var latch = new CountDownLatch(1);
        return new StopSignal() {
            @Override
            public void request() {
                latch.countDown();
            }

            @Override
            public boolean requested() {
                return latch.getCount() == 0;
            }

            @Override
            public boolean await(Duration atMost) throws InterruptedException {
                return latch.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
            }
        };
    }
}
