package dev.sluice.ingest.http;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that may be held at once by all requests together. Thread-safe, never blocks. */
public final class ByteBudget {
    private final long most;
    private final AtomicLong held = new AtomicLong();

    public ByteBudget(long most) {
        this.most = most;
    }

    /** False when there is not that much left; then nothing was taken. */
    boolean tryTake(long bytes) {
        if (held.addAndGet(bytes) <= most) {
            return true;
        }
        held.addAndGet(-bytes);
        return false;
    }

    void giveBack(long bytes) {
        held.addAndGet(-bytes);
    }

    long held() {
        return held.get();
    }
}
