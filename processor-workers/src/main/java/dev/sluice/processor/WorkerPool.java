package dev.sluice.processor;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.common.Frame;
import dev.sluice.common.RawHit;
import dev.sluice.common.table.Row;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns frames into rows, several at once, for all shards together. Owns the threads {@code enrich-0} and on, which
 * live from {@link #start} to {@link #close}.
 *
 * <p>What it holds, waiting or in work, is bounded in frames and in bytes; {@link #submit} blocks while it is full. Threads and room are
 * shared out fairly among the shards that use it, as {@link FairQueue} says, so that a shard whose frames take long delays no other. It
 * stops counting a frame when its future completes: the rows are then the caller's to bound. Thread-safe.
 */
public final class WorkerPool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);

    private final EnrichmentPipeline pipeline;
    private final WorkerPoolSettings settings;
    private final ProcessorMetrics metrics;
    private final List<Thread> threads = new ArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition roomOrTurn = lock.newCondition();
    private final Condition work = lock.newCondition();

    @GuardedBy("lock") private final FairQueue<Task> held;

    @GuardedBy("lock") private final List<Task> callers = new ArrayList<>();

    @GuardedBy("lock") private final Set<Task> inWork = new LinkedHashSet<>();

    @GuardedBy("lock") private boolean started;

    @GuardedBy("lock") private boolean closed;

    // By identity: two frames that are equal are still two.
    private static final class Task {
        private final String shard;
        private final Frame frame;
        private final long bytes;
        private final CompletableFuture<List<Row>> rows = new CompletableFuture<>();

        Task(String shard, Frame frame) {
            this.shard = shard;
            this.frame = frame;
            this.bytes = frame.hits().stream().mapToLong(RawHit::weight).sum();
        }
    }

    public WorkerPool(EnrichmentPipeline pipeline, WorkerPoolSettings settings, MeterRegistry registry) {
        this.pipeline = pipeline;
        this.settings = settings;
        this.metrics = new ProcessorMetrics(registry);
        this.held = new FairQueue<>(settings, task -> task.bytes);
        metrics.watch(this);
    }

    /** Starts the threads, once. Frames that were submitted before wait for it. */
    public void start() {
        lock.lock();
        try {
            if (started || closed) {
                throw new IllegalStateException("the worker pool was started or closed before");
            }
            started = true;
            for (int i = 0; i < settings.threads(); i++) {
                threads.add(Thread.ofPlatform().name("enrich-" + i).daemon().start(this::run));
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Hands over a frame and blocks while the pool is full, or the shard has its share of it. Each shard calls from one thread.
     *
     * @param shard whose frame it is; counts among those that use the pool until {@link #leave}
     * @return all rows of the frame, in order. No content of a frame makes it fail; it does with an {@link Error} (a broken
     *     installation, no memory), or with {@link WorkerPoolClosedException} when {@link #close} had to give the frame up.
     *     It completes on a worker's thread: what hangs on it must be short and must not block
     * @throws WorkerPoolClosedException when the pool is closed, also while waiting
     * @throws InterruptedException while waiting; the frame was then not taken
     */
    public CompletableFuture<List<Row>> submit(String shard, Frame frame) throws InterruptedException {
        var task = new Task(shard, frame);
        lock.lockInterruptibly();
        try {
            held.enter(shard);
            callers.add(task);
            try {
                while (!closed && !isNext(task)) {
                    roomOrTurn.await();
                }
            } finally {
                callers.remove(task);
                // Whoever is next now may have been waiting for this turn only.
                roomOrTurn.signalAll();
            }
            if (closed) {
                throw new WorkerPoolClosedException("the worker pool is closed");
            }
            held.add(shard, task);
            work.signal();
        } finally {
            lock.unlock();
        }
        metrics.submitted();
        return task.rows;
    }

    /** Takes the shard out of those that share the pool, once nothing of it is held. Harmless when repeated. */
    public void leave(String shard) {
        lock.lock();
        try {
            held.leave(shard);
            roomOrTurn.signalAll();
            work.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock") private boolean isNext(Task task) {
        List<String> shards = callers.stream().map(caller -> caller.shard).toList();
        String next = held.nextToAdd(shards);
        return next != null && callers.get(shards.indexOf(next)) == task;
    }

    private void run() {
        for (Task task = next(); task != null; task = next()) {
            long start = System.nanoTime();
            try {
                List<Row> rows = pipeline.rows(task.frame);
                if (release(task)) {
                    metrics.done(task.frame, rows, Duration.ofNanos(System.nanoTime() - start));
                    task.rows.complete(rows);
                }
            } catch (Throwable e) {
                // Not swallowed: it goes to whoever waits for the rows, and who can stop the process.
                if (release(task)) {
                    LOG.error(
                            "A frame of {} hits could not be processed: {}",
                            task.frame.hits().size(),
                            e.getClass());
                    metrics.left(ProcessorMetrics.Result.FAILED, 1);
                }
                task.rows.completeExceptionally(e);
            }
        }
    }

    private @Nullable Task next() {
        lock.lock();
        try {
            Task task = held.take(closed);
            while (task == null && !closed) {
                work.awaitUninterruptibly();
                task = held.take(closed);
            }
            if (task != null) {
                inWork.add(task);
            }
            return task;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the task was still ours, and not given up meanwhile. */
    private boolean release(Task task) {
        lock.lock();
        try {
            if (!inWork.remove(task)) {
                return false;
            }
            held.done(task.shard, task);
            roomOrTurn.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    int heldFrames() {
        lock.lock();
        try {
            return held.frames();
        } finally {
            lock.unlock();
        }
    }

    long heldBytes() {
        lock.lock();
        try {
            return held.bytes();
        } finally {
            lock.unlock();
        }
    }

    /** How many callers of {@link #submit} are waiting for room. */
    int waitingCallers() {
        lock.lock();
        try {
            return callers.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes nothing more, finishes what was submitted within the timeout, and fails the futures of the rest. Harmless
     * when repeated. An interrupt cuts the waiting short and stays set.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            roomOrTurn.signalAll();
            work.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = !joinAll();
        List<Task> left = giveUp();
        if (!left.isEmpty()) {
            LOG.warn(
                    "Closed with {} frames unfinished; they are still in the stream and will be read again",
                    left.size());
            metrics.left(ProcessorMetrics.Result.GIVEN_UP, left.size());
            threads.forEach(Thread::interrupt);
            left.forEach(task -> task.rows.completeExceptionally(
                    new WorkerPoolClosedException("closed before the frame was finished")));
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the threads to end; false when it was interrupted. */
    private boolean joinAll() {
        long deadlineNanos = System.nanoTime() + settings.closeTimeout().toNanos();
        try {
            boolean ended = true;
            for (Thread thread : threads) {
                ended &= thread.join(Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime())));
            }
            LOG.debug("All workers ended in time: {}", ended);
            return true;
        } catch (InterruptedException _) {
            return false;
        }
    }

    private List<Task> giveUp() {
        lock.lock();
        try {
            var left = new ArrayList<Task>(inWork);
            left.addAll(held.clear());
            inWork.clear();
            return left;
        } finally {
            lock.unlock();
        }
    }
}
