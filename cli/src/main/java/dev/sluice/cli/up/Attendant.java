package dev.sluice.cli.up;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a process up until a signal comes or a part fails, then stops its parts, the last added first. All but
 * {@link #stop(String)} belongs to the thread that made it; a shutdown hook makes the process wait for that thread.
 */
final class Attendant implements AutoCloseable {
    /** More than all parts may take together; then the process goes as it is, which the next start is used to. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final PrintWriter log;
    private final Thread owner = Thread.currentThread();
    private final Thread hook = new Thread(this::onSignal, "stop");
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Deque<Part> parts = new ArrayDeque<>();
    private volatile boolean up;
    private volatile @Nullable String failure;

    private record Part(String name, AutoCloseable stop) {}

    Attendant(PrintWriter log) {
        this.log = log;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Stopped after those that are added later. */
    <T extends AutoCloseable> T add(String name, T part) {
        parts.push(new Part(name, part));
        return part;
    }

    /** Blocks until it is time to stop. False when a part failed. */
    boolean attend() throws InterruptedException {
        up = true;
        stopping.await();
        if (failure != null) {
            log.println("sluice: " + failure + ", so everything stops");
        }
        return failure == null;
    }

    /** A part has failed for good. Thread-safe. */
    void stop(String why) {
        if (stopping.getCount() > 0) {
            failure = why;
            stopping.countDown();
        }
    }

    boolean isStopping() {
        return stopping.getCount() == 0;
    }

    @Override
    public void close() {
        stopping.countDown();
        // A signal may have interrupted the start: the parts' own stopping waits, and must not be cut short.
        boolean interrupted = Thread.interrupted();
        while (!parts.isEmpty()) {
            Part part = parts.pop();
            try {
                part.stop().close();
            } catch (Exception e) {
                log.println("sluice: " + part.name() + " did not stop cleanly: " + e);
            }
        }
        log.flush();
        stopped.countDown();
        if (interrupted) {
            owner.interrupt();
        }
    }

    private void onSignal() {
        if (stopped.getCount() == 0) {
            return;
        }
        log.println("stopping ...");
        log.flush();
        stopping.countDown();
        if (!up) {
            owner.interrupt();
        }
        try {
            if (!stopped.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                log.println("sluice: not stopped after " + PATIENCE.toSeconds() + " s, so the process is ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
