package dev.sluice.cli.line;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes Ctrl-C and SIGTERM end a command's work early, rather than the process at once: what is under way is finished, and the summary
 * is printed. Open from before the work until after the summary.
 */
public final class EarlyEnd implements AutoCloseable {
    /** An answer takes at most this long; tries after that one are not waited for. */
    private static final Duration PATIENCE = Duration.ofSeconds(12);

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook;

    /** @param stop called on a signal, in a thread of its own; must not block */
    public EarlyEnd(Runnable stop) {
        hook = new Thread(() -> onSignal(stop), "end-early");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void onSignal(Runnable stop) {
        stop.run();
        try {
            var _ = ended.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It is at work: the signal came.
        }
    }
}
