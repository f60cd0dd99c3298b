package dev.sluice.loader.console;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is to be seen now, for a bounded number of viewers who wait for the next. There is only ever the newest sheet, so a slow viewer
 * misses some and holds nothing up. Thread-safe; under the lock only fields are touched.
 */
final class Board {
    /** Whoever asked once may have come to stay. */
    private static final Duration INTEREST = Duration.ofSeconds(10);

    private final int mostViewers;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private @Nullable Sheet sheet;
    private long postedNanos;
    private int viewers;
    private boolean asked;
    private long askedNanos;
    private boolean open;

    /**
     * @param number one more than that of the one before
     * @param page the whole page
     * @param update of it the parts that change
     */
    record Sheet(long number, String page, String update) {}

    Board(int mostViewers, LongSupplier nanoTime) {
        this.mostViewers = mostViewers;
        this.nanoTime = nanoTime;
    }

    void open() {
        lock.lock();
        try {
            open = true;
        } finally {
            lock.unlock();
        }
    }

    /** Sends all viewers away, and lets none in. */
    void close() {
        lock.lock();
        try {
            open = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void post(String page, String update) {
        lock.lock();
        try {
            sheet = new Sheet(sheet == null ? 1 : sheet.number() + 1, page, update);
            postedNanos = nanoTime.getAsLong();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether anybody looks: a viewer, or somebody who asked a moment ago. */
    boolean isWatched() {
        lock.lock();
        try {
            return open && (viewers > 0 || (asked && nanoTime.getAsLong() - askedNanos < INTEREST.toNanos()));
        } finally {
            lock.unlock();
        }
    }

    int viewers() {
        lock.lock();
        try {
            return viewers;
        } finally {
            lock.unlock();
        }
    }

    /** A viewer, who leaves again; false when there are as many as there may be, or the board is closed. */
    boolean enter() {
        lock.lock();
        try {
            if (!open || viewers >= mostViewers) {
                return false;
            }
            viewers++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            viewers--;
        } finally {
            lock.unlock();
        }
    }

    /** For who asks once: the sheet, if it is not older than that; else the next, or what there is when none comes in time. */
    @Nullable Sheet fresh(Duration age, Duration patience) throws InterruptedException {
        lock.lock();
        try {
            asked = true;
            askedNanos = nanoTime.getAsLong();
            boolean isFresh = sheet != null && askedNanos - postedNanos <= age.toNanos();
            if (!isFresh) {
                await(sheet == null ? 0 : sheet.number(), patience);
            }
            return sheet;
        } finally {
            lock.unlock();
        }
    }

    /** The first sheet after that one, or null when none comes in time, or the board is closed. */
    @Nullable Sheet after(long number, Duration patience) throws InterruptedException {
        lock.lock();
        try {
            await(number, patience);
            return open && sheet != null && sheet.number() > number ? sheet : null;
        } finally {
            lock.unlock();
        }
    }

    boolean isOpen() {
        lock.lock();
        try {
            return open;
        } finally {
            lock.unlock();
        }
    }

    private void await(long number, Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        while (open && (sheet == null || sheet.number() <= number) && left > 0) {
            left = changed.awaitNanos(left);
        }
    }

    @Override
    public String toString() {
        return "Board[" + viewers() + " of " + mostViewers + " viewers]";
    }
}
