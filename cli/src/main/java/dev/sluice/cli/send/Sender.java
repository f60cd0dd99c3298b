package dev.sluice.cli.send;

import dev.sluice.common.Backoff;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Posts a source's events, each at its own moment: event <i>n</i> is due <i>n</i> / rate after the start, whatever became of
 * those before it. As many events are under way as there are connections; when all are busy, the late ones follow at once.
 * Owns the threads "send-N" while {@link #run} runs.
 */
final class Sender {
    /** So soon is {@link #stop} noticed. */
    private static final Duration LONGEST_NAP = Duration.ofMillis(100);

    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

    private final Supplier<Collector> collectors;
    private final IdFile ids;
    private final SendCounts counts;
    private final Pace pace;

    /** Guards the source and {@link #taken}. */
    private final Object turn = new Object();

    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean stopped;
    private long taken;

    /**
     * @param rate events a second; 0 is as fast as they are taken
     * @param connections how many events are under way at most
     * @param retryFor how long an event is tried again, from its first try
     */
    record Pace(double rate, int connections, Duration retryFor) {}

    /** @param collectors makes one for each thread */
    Sender(Supplier<Collector> collectors, IdFile ids, SendCounts counts, Pace pace) {
        this.collectors = collectors;
        this.ids = ids;
        this.counts = counts;
        this.pace = pace;
    }

    /** Blocks until the source is empty and each event has been accepted or given up. */
    void run(EventSource source) throws IOException, InterruptedException {
        long start = System.nanoTime();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < pace.connections(); i++) {
            threads.add(Thread.ofPlatform().daemon().name("send-" + i).start(() -> work(source, start)));
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } finally {
            threads.forEach(Thread::interrupt);
        }
        if (failure.get() != null) {
            throw new IOException("sending stopped: " + failure.get(), failure.get());
        }
    }

    /** Takes no more events; {@link #run} returns once those under way have been accepted or given up. Thread-safe. */
    void stop() {
        stopped = true;
    }

    @SuppressWarnings("CatchingUnchecked") // handed to run(), which stops the command
    private void work(EventSource source, long start) {
        try (Collector collector = collectors.get()) {
            while (failure.get() == null && !stopped) {
                Event event;
                long due;
                synchronized (turn) {
                    event = source.next();
                    due = start + (pace.rate() == 0 ? 0 : (long) (taken++ * 1e9 / pace.rate()));
                }
                if (event == null) {
                    return;
                }
                if (!sleepUntil(due)) {
                    return;
                }
                // Without a rate, nothing is due at any moment but its own.
                deliver(collector, event, pace.rate() == 0 ? System.nanoTime() : due);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception | Error e) {
            failure.compareAndSet(null, e);
        }
    }

    private void deliver(Collector collector, Event event, long due) throws IOException, InterruptedException {
        long giveUp = System.nanoTime() + pace.retryFor().toNanos();
        for (int attempt = 1; ; attempt++) {
            var answer = attempt(collector, event);
            if (answer != null && answer.accepted()) {
                ids.write(event.id());
                counts.accepted.increment();
                counts.latencies.record(System.nanoTime() - due);
                return;
            }
            Duration wait = BACKOFF.delay(attempt, RandomGenerator.getDefault());
            if (answer != null && wait.compareTo(answer.retryAfter()) < 0) {
                wait = answer.retryAfter();
            }
            boolean hopeless = answer != null && !answer.worthRetrying();
            if (hopeless || System.nanoTime() + wait.toNanos() - giveUp > 0) {
                (answer == null ? counts.unanswered : counts.refused).increment();
                return;
            }
            counts.retries.increment();
            TimeUnit.NANOSECONDS.sleep(wait.toNanos());
        }
    }

    /** Null when there was no answer. */
    private static Collector.@Nullable Answer attempt(Collector collector, Event event) {
        try {
            return collector.post(event);
        } catch (IOException e) {
            return null;
        }
    }

    /** False when the end has come before. */
    private boolean sleepUntil(long due) throws InterruptedException {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            if (stopped) {
                return false;
            }
            LockSupport.parkNanos(Math.min(left, LONGEST_NAP.toNanos()));
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return true;
    }
}
