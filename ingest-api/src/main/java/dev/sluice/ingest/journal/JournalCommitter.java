package dev.sluice.ingest.journal;

import dev.sluice.common.EncodedHit;
import dev.sluice.common.TransportId;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Brings hits onto the disk. Owns the thread {@code journal-committer}, which alone writes, creates and deletes segments: it takes
 * all that was appended while it was busy, writes it as one block, flushes it, and then lets the appenders know.
 *
 * <p>The first failure of the disk is the last: what waits is refused, nothing is accepted any more, and who was given at the
 * start is told, to end the process. A flush is never tried again, as the second one may succeed without having written.
 *
 * <p>Started before the sender and stopped after it, once, by the application context.
 */
public final class JournalCommitter implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(JournalCommitter.class);

    private static final int GROUP_HITS = 2_000;
    /** How often segments that are done, and the disk's free space, are looked at when there is nothing to write. */
    private static final Duration TICK = Duration.ofMillis(250);

    private static final Duration STOP_WAIT = Duration.ofSeconds(5);

    private final SegmentJournal journal;
    private final UUID epoch;
    private final AuditBook.Schedule audits;
    private final int phase;

    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile @Nullable Thread thread;

    // Confined to the committer's thread.
    private List<CommitQueue.Append> group = List.of();
    private long nextSeq;
    /** When the next flush may start; of {@link System#nanoTime}. */
    private long nextFlushNanos = System.nanoTime();

    /**
     * @param epoch random, one per start of the process
     * @param clock that hits get their time from
     * @param phase in which the context starts and stops it
     */
    public JournalCommitter(SegmentJournal journal, UUID epoch, AuditProperties audit, InstantSource clock, int phase) {
        this.journal = journal;
        this.epoch = epoch;
        this.audits = new AuditBook.Schedule(audit.interval(), clock);
        this.phase = phase;
    }

    /** Takes the directory and finds what earlier starts left there; reads none of it. */
    @Override
    public void start() {
        try {
            SegmentStore store = SegmentStore.open(journal, epoch, new AuditBook(journal, epoch, audits));
            journal.queue().setDiskRoom(store.room());
            Thread committer = Thread.ofPlatform().name("journal-committer").unstarted(() -> run(store));
            thread = committer;
            committer.start();
        } catch (IOException e) {
            throw new IllegalStateException("the journal cannot be opened: " + e.getMessage(), e);
        }
    }

    @Override
    public void stop() {
        Thread committer = thread;
        if (committer == null) {
            return;
        }
        journal.shut();
        stopping.countDown();
        try {
            if (!committer.join(STOP_WAIT)) {
                log.error("the disk does not answer; left to the end of the process");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        long left = journal.standing().pendingHits();
        if (left > 0) {
            log.warn(
                    "{} accepted hits stay in the journal in {}: the next start on it sends them",
                    left,
                    journal.properties().directory().toAbsolutePath());
        } else if (journal.standing().diskBytes() > 0) {
            log.warn(
                    "the journal in {} is not empty: the next start on it sends what is left, the final audit record at least",
                    journal.properties().directory().toAbsolutePath());
        }
        thread = null;
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    @Override
    public int getPhase() {
        return phase;
    }

    private void run(SegmentStore store) {
        try (store) {
            while (!journal.queue().isSpent()) {
                group = journal.queue().take(GROUP_HITS, SegmentFormat.GROUP_BYTES, TICK, nextFlushNanos);
                if (!group.isEmpty()) {
                    commit(store);
                }
                tidy(store);
            }
            // Before the end: who waits for that still gets the final audit record.
            store.end();
            journal.outbox().end();
            // The sender empties the journal; what is done goes as it does so.
            while (!stopping.await(TICK.toNanos(), TimeUnit.NANOSECONDS)) {
                tidy(store);
            }
            tidy(store);
        } catch (InterruptedException e) {
            fail(e);
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException | Error e) {
            fail(e);
        }
    }

    private void commit(SegmentStore store) throws IOException {
        var hits = new ArrayList<EncodedHit>(group.size());
        var entries = new ArrayList<JournalEntry>(group.size());
        for (CommitQueue.Append append : group) {
            hits.add(append.hit());
            entries.add(new JournalEntry(new TransportId(epoch, nextSeq + entries.size()), append.hit()));
        }
        long start = System.nanoTime();
        nextFlushNanos = start + journal.properties().flushInterval().toNanos();
        SegmentStore.Place place = store.write(nextSeq, hits);
        journal.metrics().flushed(hits.size(), System.nanoTime() - start);
        nextSeq += hits.size();
        List<CommitQueue.Append> safe = group;
        group = List.of();
        journal.committed(place, safe, entries);
    }

    private void tidy(SegmentStore store) throws IOException {
        store.tick();
        journal.queue().setDiskRoom(store.room());
    }

    private void fail(Throwable cause) {
        CommitQueue.refuse(group);
        journal.fail(cause);
    }

    @Override
    public String toString() {
        return "committer of the journal in " + journal.properties().directory().toAbsolutePath();
    }
}
