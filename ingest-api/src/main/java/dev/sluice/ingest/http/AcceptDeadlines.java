package dev.sluice.ingest.http;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * Lets no request wait for the journal longer than it may. Owns the thread {@code accept-deadlines}, which looks every tenth of
 * the time allowed: waiting with a timeout of one's own costs each request a timer, and nearly none of them ever rings.
 *
 * <p>Holds the requests of one timeout at most, and those that are answered only until the next look. Thread-safe.
 */
public final class AcceptDeadlines implements SmartLifecycle {
    private static final int LOOKS = 10;

    private final Duration timeout;
    private final int phase;
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Thread thread;

    private record Waiting(CompletableFuture<?> answer, long deadlineNanos) {}

    /**
     * @param timeout how long a request may wait
     * @param phase in which the context starts it and, after the requests, stops it
     */
    public AcceptDeadlines(Duration timeout, int phase) {
        this.timeout = timeout;
        this.phase = phase;
    }

    /** Fails this with a {@link TimeoutException} when it isn't done in time, or up to a tenth later. */
    <T> CompletableFuture<T> limit(CompletableFuture<T> answer) {
        if (!answer.isDone()) {
            waiting.add(new Waiting(answer, System.nanoTime() + timeout.toNanos()));
        }
        return answer;
    }

    @Override
    public void start() {
        Thread owned = Thread.ofPlatform().name("accept-deadlines").daemon().unstarted(this::run);
        thread = owned;
        owned.start();
    }

    private void run() {
        while (thread == Thread.currentThread()) {
            LockSupport.parkNanos(timeout.toNanos() / LOOKS);
            look(System.nanoTime());
        }
    }

    // In the order of their deadlines, as all wait equally long.
    private void look(long now) {
        Waiting oldest = waiting.peek();
        while (oldest != null && (oldest.answer().isDone() || now - oldest.deadlineNanos() >= 0)) {
            waiting.remove();
            oldest.answer().completeExceptionally(new TimeoutException());
            oldest = waiting.peek();
        }
    }

    @Override
    public void stop() {
        Thread owned = thread;
        thread = null;
        if (owned == null) {
            return;
        }
        LockSupport.unpark(owned);
        try {
            owned.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    @Override
    public int getPhase() {
        return phase;
    }
}
