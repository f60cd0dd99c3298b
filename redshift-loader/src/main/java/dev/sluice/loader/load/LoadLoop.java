package dev.sluice.loader.load;

import dev.sluice.common.Backoff;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Owns the thread "redshift-loader", which prepares the warehouse once and then makes a pass every window. While the warehouse or
 * S3 is away it waits longer and longer, up to a ceiling, and staging goes on without it. Start and stop may come from any thread.
 */
final class LoadLoop implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(LoadLoop.class);
    /** Asked more than once, as a request can miss a statement that is just on its way. */
    private static final int ABORTS = 5;

    private static final Duration ABORT_GRACE = Duration.ofSeconds(1);

    /** What the thread does. Every call comes from it, but for {@link #abort}. */
    interface Work {
        /** Once, before the first pass; again after it failed. */
        void prepare() throws LoadFailure;

        /** @return whether there is more to do at once */
        boolean pass() throws LoadFailure;

        /** Breaks off what is under way; may have to be asked again. */
        void abort();
    }

    /**
     * @param windows from the start of one pass to the start of the next
     * @param quiet times without any
     * @param retry waits after failures
     * @param random for the jitter of these
     * @param stopTimeout how long a stop waits before it breaks a load off
     */
    record Pace(Windows windows, QuietWindows quiet, Backoff retry, RandomGenerator random, Duration stopTimeout) {}

    /**
     * @param least when passes are quick
     * @param most when they are slow
     */
    record Windows(Duration least, Duration most) {
        /** Within both, the warehouse rests a quarter as long as it worked, for those who query it. */
        Duration after(Duration took) {
            Duration fair = took.plus(took.dividedBy(4));
            Duration capped = fair.compareTo(most) < 0 ? fair : most;
            return capped.compareTo(least) > 0 ? capped : least;
        }
    }

    /**
     * @param running whether the thread lives
     * @param sinceGoodPass since the last pass that reached all it needed, or since the start
     * @param problem why passes fail; null when the last one did not
     */
    record State(
            boolean running,
            Duration sinceGoodPass,
            @Nullable String problem) {}

    private final Work work;
    private final Pace pace;
    private final Supplier<StopSignal> signals;
    private final LongSupplier nanoTime;

    private volatile @Nullable Thread thread;
    private volatile StopSignal stop;
    private volatile long goodPassNanos;
    private volatile @Nullable String problem;

    // Confined to the thread; the next one, after a stop, begins anew.
    private boolean prepared;
    private int failures;

    LoadLoop(Work work, Pace pace, Supplier<StopSignal> signals, LongSupplier nanoTime) {
        this.work = work;
        this.pace = pace;
        this.signals = signals;
        this.nanoTime = nanoTime;
        this.stop = signals.get();
        this.goodPassNanos = nanoTime.getAsLong();
    }

    @Override
    public synchronized void start() {
        if (isRunning()) {
            return;
        }
        StopSignal signal = signals.get();
        stop = signal;
        goodPassNanos = nanoTime.getAsLong();
        Thread started = Thread.ofPlatform().name("redshift-loader").unstarted(() -> run(signal));
        thread = started;
        started.start();
    }

    /** Lets a load that is under way end, up to the deadline; then breaks it off, which the server rolls back. */
    @Override
    public synchronized void stop() {
        Thread running = thread;
        if (running == null) {
            return;
        }
        stop.request();
        try {
            if (!running.join(pace.stopTimeout())) {
                LOG.warn(
                        "The load under way takes longer than {}: breaking it off, it will be loaded later",
                        pace.stopTimeout());
                for (int i = 0; i < ABORTS && running.isAlive(); i++) {
                    work.abort();
                    running.join(ABORT_GRACE);
                }
                if (running.isAlive()) {
                    LOG.error("The loader's thread does not end");
                }
            }
        } catch (InterruptedException e) {
            work.abort();
            Thread.currentThread().interrupt();
        }
        thread = null;
    }

    @Override
    public boolean isRunning() {
        Thread running = thread;
        return running != null && running.isAlive();
    }

    @Override
    public int getPhase() {
        return LoaderConfiguration.LOAD_LOOP_PHASE;
    }

    State state() {
        return new State(isRunning(), Duration.ofNanos(nanoTime.getAsLong() - goodPassNanos), problem);
    }

    /** The thread's life. Ends when asked to, and on what no retry helps. */
    void run(StopSignal signal) {
        prepared = false;
        failures = 0;
        try {
            while (!signal.requested()) {
                Duration quiet = pace.quiet().left();
                if (quiet.isPositive()) {
                    LOG.info("A quiet window: nothing is loaded for {}, staging goes on", quiet);
                    signal.await(quiet);
                    goodPassNanos = nanoTime.getAsLong();
                } else if (!turn(signal)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            // No one but a JVM on its way down interrupts this thread.
            Thread.currentThread().interrupt();
        }
    }

    /**
     * One pass and the wait after it.
     *
     * @return false when no retry helps
     */
    private boolean turn(StopSignal signal) throws InterruptedException {
        long began = nanoTime.getAsLong();
        Duration pause;
        try {
            if (!prepared) {
                work.prepare();
                prepared = true;
            }
            boolean more = work.pass();
            if (failures > 0) {
                LOG.info("Loading works again after {} failures", failures);
            }
            failures = 0;
            problem = null;
            goodPassNanos = nanoTime.getAsLong();
            pause = more ? Duration.ZERO : untilNextWindow(began);
        } catch (LoadFailure e) {
            problem = e.getMessage();
            if (e.kind() == LoadFailure.Kind.FATAL) {
                LOG.error("Loading stops until someone has mended this and started the loader again", e);
                return false;
            }
            pause = afterFailure(e);
        } catch (RuntimeException e) {
            // A fault of this program. The ledger keeps a repeat harmless, and an event that never comes is worse.
            problem = e.toString();
            pause = afterFailure(e);
        }
        signal.await(pause);
        return true;
    }

    private Duration untilNextWindow(long beganNanos) {
        Duration took = Duration.ofNanos(nanoTime.getAsLong() - beganNanos);
        Duration left = pace.windows().after(took).minus(took);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private Duration afterFailure(Exception e) {
        failures++;
        Duration pause = pace.retry().delay(failures, pace.random());
        if (failures == 1) {
            LOG.warn("Loading fails; batches go on waiting in S3, and it is tried again", e);
        } else {
            LOG.debug("Loading failed for the {}th time in a row; next try in {}", failures, pause, e);
        }
        return pause;
    }
}
