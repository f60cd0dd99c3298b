package dev.sluice.cli.replay;

import dev.sluice.loader.load.LoadFailure;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Reads archive objects at once, and hands on what they give in their order, on the caller's thread. Owns the threads "replay-N" until it is
 * closed. Works ahead while the caller is busy: what an object gives is small, as its rows are in the bucket by then.
 */
final class ReplayThreads implements AutoCloseable {
    private static final int MOST_AHEAD = 100;

    private final ExecutorService pool;

    /** Takes what an object gave. */
    interface Taker<T> {
        void take(T given) throws LoadFailure, InterruptedException;
    }

    ReplayThreads(int threads) {
        this.pool = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().name("replay-", 1).daemon().factory());
    }

    <T> void run(List<String> keys, Function<String, T> work, Taker<T> taker) throws LoadFailure, InterruptedException {
        Deque<Future<T>> underWay = new ArrayDeque<>();
        for (String key : keys) {
            underWay.add(pool.submit(() -> work.apply(key)));
            if (underWay.size() > MOST_AHEAD) {
                taker.take(get(underWay.remove()));
            }
        }
        while (!underWay.isEmpty()) {
            taker.take(get(underWay.remove()));
        }
    }

    private static <T> T get(Future<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Waits for what is under way: the enrichment is closed after this, and nobody may be at work in it. */
    @Override
    public void close() {
        pool.shutdownNow();
        pool.close();
    }
}
