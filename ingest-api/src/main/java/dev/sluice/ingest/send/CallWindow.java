package dev.sluice.ingest.send;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many calls may be under way at once, and which records are in them. Finds the stream's pace by itself: when it throttles the
 * window is halved, and for each window of calls that went through it grows by one again, up to the most that is configured. So a
 * backlog is sent as fast as the stream takes it, and not faster. Thread-safe.
 */
final class CallWindow {
    private final int most;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition freed = lock.newCondition();

    @GuardedBy("lock") private int size;

    @GuardedBy("lock") private int goodAnswers;
    /** Answers to calls that were under way when the window was last halved say nothing new. */
    @GuardedBy("lock") private int staleAnswers;

    @GuardedBy("lock") private final Set<Call> underWay = new HashSet<>();

    /** Records of one call; each is itself and no other. */
    static final class Call {
        final List<? extends Outgoing> records;

        Call(List<? extends Outgoing> records) {
            this.records = records;
        }

        private long oldestMicros() {
            return records.stream().mapToLong(Outgoing::oldestMicros).min().orElse(Long.MAX_VALUE);
        }
    }

    CallWindow(int most) {
        this.most = most;
        this.size = most;
    }

    /** Waits until there is room for the call. */
    Call enter(List<? extends Outgoing> records) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (underWay.size() >= size) {
                freed.await();
            }
            var call = new Call(records);
            underWay.add(call);
            return call;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a call could enter at once and leave room for one more; a window of one has to do without. */
    boolean hasRoomForTwo() {
        lock.lock();
        try {
            return roomForTwo();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock") private boolean roomForTwo() {
        return underWay.size() + 1 < size || (size == 1 && underWay.isEmpty());
    }

    void awaitRoomForTwo(Duration longest) throws InterruptedException {
        long leftNanos = longest.toNanos();
        lock.lockInterruptibly();
        try {
            while (!roomForTwo() && leftNanos > 0) {
                leftNanos = freed.awaitNanos(leftNanos);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The stream answered a call. */
    void answered(boolean throttled) {
        lock.lock();
        try {
            if (staleAnswers > 0) {
                staleAnswers--;
            } else if (throttled) {
                staleAnswers = Math.max(0, underWay.size() - 1);
                size = Math.max(1, size / 2);
                goodAnswers = 0;
            } else if (size < most && ++goodAnswers >= size) {
                size++;
                goodAnswers = 0;
                freed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    void leave(Call call) {
        lock.lock();
        try {
            underWay.remove(call);
            freed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until no call is under way; false when that took too long. */
    boolean awaitIdle(Duration longest) throws InterruptedException {
        long leftNanos = longest.toNanos();
        lock.lockInterruptibly();
        try {
            while (!underWay.isEmpty() && leftNanos > 0) {
                leftNanos = freed.awaitNanos(leftNanos);
            }
            return underWay.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    /** When the oldest hit under way was received, as microseconds since 1970; {@link Long#MAX_VALUE} when none is. */
    long oldestMicros() {
        lock.lock();
        try {
            long oldest = Long.MAX_VALUE;
            for (Call call : underWay) {
                oldest = Math.min(oldest, call.oldestMicros());
            }
            return oldest;
        } finally {
            lock.unlock();
        }
    }
}
