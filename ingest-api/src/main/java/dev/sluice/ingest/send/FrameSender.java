package dev.sluice.ingest.send;

import dev.sluice.common.Backoff;
import dev.sluice.common.KinesisLimits;
import dev.sluice.ingest.journal.Journal;
import dev.sluice.ingest.journal.JournalEntry;
import dev.sluice.ingest.journal.PendingAudit;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Takes hits from the journal, packs them into frames and hands these, a call's worth at a time, to a bounded number of calls.
 * Owns the thread {@code frame-sender} and, under it, one virtual thread {@code frame-put-N} per call under way.
 *
 * <p>Audit records go with the next call, or with one of their own when nothing else goes.
 *
 * <p>Fresh hits go first: the backlog of an outage or of an earlier start is read back only while a call is left over for what
 * comes in meanwhile. When all calls are busy it waits, and the journal holds what comes.
 *
 * <p>{@link #stop} shuts the journal, sends what is inside and returns when all is stored or the drain timeout is over; what is
 * left then stays in the journal. It belongs after the web server's stop: else requests would find the door shut.
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
    private final int phase;

    private final CallWindow window;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final ExecutorService calls = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("frame-put-", 0).factory());
    private volatile @Nullable Thread thread;

    // Confined to the thread frame-sender.
    private final FrameBuilder builder;
    private List<Outgoing> ready = new ArrayList<>();
    private long readyBytes;

    private FrameSender(Journal journal, FramePut framePut, SendProperties properties, int phase) {
        this.journal = journal;
        this.framePut = framePut;
        this.properties = properties;
        this.phase = phase;
        this.window = new CallWindow(properties.inFlight());
        this.builder = new FrameBuilder(properties.frameBytes().toBytes(), properties.frameHits());
    }

    /** @param phase in which the context starts and stops it */
    public static FrameSender to(
            RecordSink sink, Journal journal, SendProperties properties, SendMetrics metrics, int phase) {
        var backoff = new Backoff(properties.backoffFirst(), properties.backoffMost());
        var pace = new FramePut.Pace(backoff, RANDOM, Thread::sleep);
        var framePut = new FramePut(sink, journal, pace, metrics, new SinkWatch(System::nanoTime));
        var sender = new FrameSender(journal, framePut, properties, phase);
        metrics.watch(journal, sender.window);
        return sender;
    }

    @Override
    public void start() {
        calls.execute(framePut::warmUp);
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
        long waiting = journal.standing().pendingHits();
        long start = System.nanoTime();
        drain(sender, start + properties.drainTimeout().toNanos());
        long left = journal.standing().pendingHits();
        if (left > 0) {
            log.warn("the stream did not take the last {} accepted hits within {}", left, properties.drainTimeout());
        } else {
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            log.info("all accepted hits are in the stream, the last {} within {} ms", waiting, millis);
        }
        thread = null;
    }

    /** Waits for the sender, then for its calls, until the deadline; then tells both to leave. */
    private void drain(Thread sender, long deadlineNanos) {
        try {
            boolean allSent = sender.join(left(deadlineNanos)) && window.awaitIdle(left(deadlineNanos));
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

    private static Duration left(long deadlineNanos) {
        return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
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
            while (!journal.isDrained() || journal.hasBacklog()) {
                sendFresh();
                sendBacklog(System.nanoTime() + properties.linger().toNanos());
                if (journal.isDrained() && journal.hasBacklog()) {
                    // Nothing fresh comes any more that could be waited for.
                    window.awaitRoomForTwo(properties.linger());
                }
            }
        } catch (InterruptedException e) {
            log.debug("interrupted: the drain timeout is over");
        } catch (IOException | RuntimeException | Error e) {
            // Nobody sends any more, so nothing may be promised any more.
            journal.fail(e);
        }
    }

    /** One wait for all that follow the first, not one wake-up per hit. */
    private void sendFresh() throws InterruptedException {
        List<JournalEntry> entries = journal.take(TAKE_HITS, TAKE_BYTES, freshWait());
        if (!entries.isEmpty() && entries.size() < TAKE_HITS) {
            linger();
        }
        while (!entries.isEmpty()) {
            pack(entries);
            entries = journal.take(TAKE_HITS, TAKE_BYTES, Duration.ZERO);
        }
        flush();
    }

    /** How long to wait for fresh hits: not at all when there is something else to do. */
    private Duration freshWait() {
        if (!journal.hasBacklog()) {
            return IDLE_WAIT;
        }
        return window.hasRoomForTwo() ? Duration.ZERO : properties.linger();
    }

    /** Lets more hits join those that were taken; a backlog makes good use of that time. */
    private void linger() throws InterruptedException {
        if (!journal.hasBacklog()) {
            var _ = stopping.await(properties.linger().toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** Sends of the backlog until it is time to look after fresh hits again, and only while that leaves a call for those. */
    private void sendBacklog(long untilNanos) throws IOException, InterruptedException {
        while (untilNanos - System.nanoTime() > 0 && journal.hasBacklog() && window.hasRoomForTwo()) {
            pack(journal.takeBacklog(TAKE_BYTES));
            flush();
        }
    }

    private void pack(List<JournalEntry> entries) throws InterruptedException {
        for (JournalEntry entry : entries) {
            HitFrame closed = builder.add(entry).orElse(null);
            if (closed != null) {
                encode(closed);
            }
        }
    }

    private void flush() throws InterruptedException {
        HitFrame closed = builder.flush().orElse(null);
        if (closed != null) {
            encode(closed);
        }
        for (PendingAudit audit : journal.takeAudits()) {
            add(EncodedAudit.of(audit, RANDOM));
        }
        dispatch();
    }

    private void encode(HitFrame closed) throws InterruptedException {
        EncodedFrame frame = EncodedFrame.of(closed, RANDOM);
        framePut.framed(frame);
        add(frame);
    }

    private void add(Outgoing record) throws InterruptedException {
        ready.add(record);
        readyBytes += record.record().size();
        if (readyBytes >= properties.callBytes().toBytes() || ready.size() >= KinesisLimits.PUT_RECORDS_MAX_RECORDS) {
            dispatch();
        }
    }

    private void dispatch() throws InterruptedException {
        if (ready.isEmpty()) {
            return;
        }
        CallWindow.Call call = window.enter(ready);
        ready = new ArrayList<>();
        readyBytes = 0;
        calls.execute(() -> {
            try {
                framePut.send(call.records, window);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                window.leave(call);
            }
        });
    }
}
