package dev.sluice.ingest.send;

import dev.sluice.common.Backoff;
import dev.sluice.common.Frame;
import dev.sluice.common.KinesisLimits;
import dev.sluice.ingest.journal.Journal;
import dev.sluice.ingest.journal.JournalEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Takes hits from the journal, packs them into frames and hands these, a call's worth at a time, to a bounded number of calls.
 * Owns the thread {@code frame-sender} and, under it, one virtual thread {@code frame-put-N} per call under way. When all calls
 * are busy it waits, the journal fills, and the edge says no.
 *
 * <p>{@link #stop} shuts the journal, sends what is inside and returns when all is stored or the drain timeout is over; what is
 * given up is counted and logged. It belongs after the web server's stop: else requests would find the door shut.
 *
 * <p>Started and stopped once, by the application context.
 */
public final class FrameSender implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(FrameSender.class);

    private static final int TAKE_HITS = 1_000;
    private static final long TAKE_BYTES = 2_000_000;
    private static final Duration IDLE_WAIT = Duration.ofMinutes(1);
    /** After the drain timeout: how long interrupted threads get to leave. */
    private static final Duration FORCE_WAIT = Duration.ofSeconds(2);
    /** Each thread its own generator: nothing shared, nothing to contend for. */
    private static final RandomGenerator RANDOM =
            () -> ThreadLocalRandom.current().nextLong();

    private final Journal journal;
    private final FramePut framePut;
    private final SendProperties properties;
    private final SendMetrics metrics;
    private final int phase;

    private final Semaphore slots;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final ExecutorService calls = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("frame-put-", 0).factory());
    private volatile @Nullable Thread thread;

    // Confined to the thread frame-sender.
    private final FrameBuilder builder;
    private List<EncodedFrame> ready = new ArrayList<>();
    private long readyBytes;

    FrameSender(Journal journal, FramePut framePut, SendProperties properties, SendMetrics metrics, int phase) {
        this.journal = journal;
        this.framePut = framePut;
        this.properties = properties;
        this.metrics = metrics;
        this.phase = phase;
        this.slots = new Semaphore(properties.inFlight());
        this.builder = new FrameBuilder(properties.frameBytes().toBytes(), properties.frameHits());
    }

    /** @param phase in which the context starts and stops it */
    public static FrameSender to(
            RecordSink sink, Journal journal, SendProperties properties, SendMetrics metrics, int phase) {
        var backoff = new Backoff(properties.backoffFirst(), properties.backoffMost());
        var pace = new FramePut.Pace(backoff, RANDOM, Thread::sleep);
        var framePut = new FramePut(sink, journal, pace, metrics, new SinkWatch(System::nanoTime));
        return new FrameSender(journal, framePut, properties, metrics, phase);
    }

    @Override
    public void start() {
        Thread sender = Thread.ofPlatform().name("frame-sender").unstarted(this::run);
        thread = sender;
        sender.start();
    }

    @Override
    public void stop() {
        Thread sender = thread;
        if (sender == null) {
            return;
        }
        journal.shut();
        stopping.countDown();
        long waiting = journal.pendingHits();
        long start = System.nanoTime();
        drain(sender, start + properties.drainTimeout().toNanos());
        long givenUp = journal.pendingHits();
        if (givenUp > 0) {
            metrics.gaveUp(givenUp);
            log.error(
                    "gave up {} accepted hits: the stream did not take them within {}",
                    givenUp,
                    properties.drainTimeout());
        } else {
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            log.info("all accepted hits are in the stream, the last {} within {} ms", waiting, millis);
        }
        thread = null;
    }

    /** Waits for the sender, then for its calls, until the deadline; then tells both to leave. */
    private void drain(Thread sender, long deadlineNanos) {
        try {
            boolean allSent = sender.join(Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime())))
                    && slots.tryAcquire(properties.inFlight(), deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
            sender.interrupt();
            calls.shutdownNow();
            boolean allLeft =
                    sender.join(FORCE_WAIT) && calls.awaitTermination(FORCE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
            if (!allSent || !allLeft) {
                log.warn("the drain timeout is over; the sender {}", allLeft ? "was stopped" : "does not stop");
            }
        } catch (InterruptedException e) {
            sender.interrupt();
            calls.shutdownNow();
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

    private void run() {
        try {
            while (true) {
                List<JournalEntry> entries = journal.take(TAKE_HITS, TAKE_BYTES, IDLE_WAIT);
                if (entries.isEmpty() && !journal.isOpen()) {
                    return;
                }
                // One wait for all that follow the first, not one wake-up per hit; none when there is no time to lose.
                if (!entries.isEmpty() && entries.size() < TAKE_HITS) {
                    var _ = stopping.await(properties.linger().toNanos(), TimeUnit.NANOSECONDS);
                }
                while (!entries.isEmpty()) {
                    for (JournalEntry entry : entries) {
                        add(entry);
                    }
                    entries = journal.take(TAKE_HITS, TAKE_BYTES, Duration.ZERO);
                }
                flush();
            }
        } catch (InterruptedException e) {
            log.debug("interrupted: the drain timeout is over");
        } catch (RuntimeException | Error e) {
            // Nobody sends any more, so nothing may be promised any more: the edge answers 503 and fails its health
            // check.
            journal.shut();
            log.error("the sender ended; no hit is accepted from now on", e);
            throw e;
        }
    }

    private void add(JournalEntry entry) throws InterruptedException {
        Frame closed = builder.add(entry).orElse(null);
        if (closed != null) {
            encode(closed);
        }
    }

    private void flush() throws InterruptedException {
        Frame closed = builder.flush().orElse(null);
        if (closed != null) {
            encode(closed);
        }
        dispatch();
    }

    private void encode(Frame closed) throws InterruptedException {
        EncodedFrame frame = EncodedFrame.of(closed, RANDOM);
        metrics.framed(frame);
        ready.add(frame);
        readyBytes += frame.record().size();
        if (readyBytes >= properties.callBytes().toBytes() || ready.size() >= KinesisLimits.PUT_RECORDS_MAX_RECORDS) {
            dispatch();
        }
    }

    private void dispatch() throws InterruptedException {
        if (ready.isEmpty()) {
            return;
        }
        List<EncodedFrame> frames = ready;
        ready = new ArrayList<>();
        readyBytes = 0;
        slots.acquire();
        calls.execute(() -> {
            try {
                framePut.send(frames);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                slots.release();
            }
        });
    }
}
