package dev.sluice.local;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Starts parts at the same time, one thread each, and sees to it that each one that did start gets closed some day. A part may wait
 * for one before it: {@code () -> startB(a.get())}.
 *
 * <p>Owns the threads {@code local-cloud-start-N}, which end with {@link #close}. Confined to the thread that starts the cloud.
 */
final class SideBySide implements AutoCloseable {
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().name("local-cloud-start-", 0).factory());
    private final List<Task> tasks = new ArrayList<>();

    private record Task(String name, int port, Future<?> future) {}

    /** A piece of work that has no result. */
    interface Work {
        void run() throws Exception;
    }

    <T extends AutoCloseable> Future<T> start(String name, int port, Callable<T> starter) {
        Future<T> future = threads.submit(starter);
        tasks.add(new Task(name, port, future));
        return future;
    }

    void run(String name, Work work) {
        tasks.add(new Task(name, 0, threads.submit(() -> {
            work.run();
            return null;
        })));
    }

    /**
     * Waits for all of it and hands each part that started to {@code started}, in the order in which they were named here.
     *
     * @throws LocalCloudException naming the first that failed, so that one who waited for another is not blamed for it
     */
    void await(Parts started) {
        @Nullable LocalCloudException failure = null;
        boolean interrupted = false;
        for (Task task : tasks) {
            boolean done = false;
            while (!done) {
                try {
                    if (task.future().get() instanceof AutoCloseable part) {
                        started.add(task.name(), part);
                    }
                    done = true;
                } catch (ExecutionException e) {
                    failure = add(failure, failed(task, e.getCause()));
                    done = true;
                } catch (InterruptedException e) {
                    // What is starting now is told to stop, and waited for: it may hold a port, a file, a process.
                    interrupted = true;
                    failure = add(failure, new LocalCloudException("Interrupted while starting"));
                    threads.shutdownNow();
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static LocalCloudException failed(Task task, @Nullable Throwable cause) {
        String where = task.port() == 0 ? "" : " on port " + task.port();
        String why = cause == null || cause.getMessage() == null ? String.valueOf(cause) : cause.getMessage();
        return new LocalCloudException(
                task.name() + " did not start" + where + ": "
                        + why.lines().findFirst().orElse(""),
                cause);
    }

    private static LocalCloudException add(@Nullable LocalCloudException first, LocalCloudException next) {
        if (first == null) {
            return next;
        }
        first.addSuppressed(next);
        return first;
    }

    @Override
    public void close() {
        threads.close();
    }
}
