package dev.sluice.ingest.journal;

import dev.sluice.common.EncodedHit;
import dev.sluice.common.KinesisLimits;
import dev.sluice.common.TransportId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal on disk. {@link JournalCommitter} takes what was appended, writes it, flushes it, and only then lets the appenders
 * know; the sender takes it from memory, or reads back what found no room there. A segment is deleted as a whole once the stream
 * has every hit in it and every audit record about them, so there is no cursor that a crash could leave wrong: what is still there is
 * sent again, under its old ids, and repeats are removed at the load. The newest segment stays, with or without hits, until the final
 * audit record is stored: it tells the next start that this one has not said its last word.
 *
 * <p>Thread-safe as {@link Journal} says; {@link #takeBacklog} and {@link #take} belong to one thread.
 */
public final class SegmentJournal implements Journal {
    private static final Logger log = LoggerFactory.getLogger(SegmentJournal.class);

    private final JournalProperties properties;
    private final JournalMetrics metrics;
    private final CommitQueue queue;
    private final Outbox outbox;
    private final BacklogReader backlog;
    private final @Nullable StreamAcks streamAcks;
    private final Consumer<Throwable> fatal;

    /**
     * @param ack when an append is answered
     * @param fatal hears of the failure after which nothing can be promised; must not block
     */
    public SegmentJournal(JournalProperties properties, Ack ack, JournalMetrics metrics, Consumer<Throwable> fatal) {
        this.fatal = fatal;
        this.properties = properties;
        this.metrics = metrics;
        queue = new CommitQueue(properties.queueBytes().toBytes());
        outbox = new Outbox(properties.memoryBytes().toBytes());
        backlog = new BacklogReader(outbox, metrics);
        streamAcks = ack == Ack.STREAM ? new StreamAcks() : null;
    }

    JournalProperties properties() {
        return properties;
    }

    JournalMetrics metrics() {
        return metrics;
    }

    CommitQueue queue() {
        return queue;
    }

    Outbox outbox() {
        return outbox;
    }

    /**
     * A group is on the disk: it may be sent, and its appenders may know.
     *
     * @param entries of the appends, in the same order
     */
    void committed(SegmentStore.Place place, List<CommitQueue.Append> group, List<JournalEntry> entries) {
        if (streamAcks != null) {
            // Before anyone can send them: else the answer might come first.
            streamAcks.expect(group, entries);
            outbox.committed(place, entries);
            return;
        }
        outbox.committed(place, entries);
        for (int i = 0; i < entries.size(); i++) {
            group.get(i).durable().complete(entries.get(i).id());
        }
    }

    @Override
    public CompletableFuture<TransportId> append(EncodedHit hit) {
        if (hit.size() > KinesisLimits.RECORD_MAX_BYTES) {
            throw new IllegalArgumentException("no record holds a hit of " + hit.size() + " bytes");
        }
        if (streamAcks != null && streamAcks.isFull()) {
            return CompletableFuture.failedFuture(new JournalRefusedException(JournalRefusedException.Reason.FULL));
        }
        return queue.append(hit);
    }

    @Override
    public List<JournalEntry> take(int maxHits, long maxBytes, Duration maxWait) throws InterruptedException {
        return outbox.take(maxHits, maxBytes, maxWait);
    }

    @Override
    public List<JournalEntry> takeBacklog(long maxBytes) throws IOException {
        return backlog.read(maxBytes);
    }

    @Override
    public boolean hasBacklog() {
        return backlog.hasMore();
    }

    @Override
    public List<PendingAudit> takeAudits() {
        return outbox.takeAudits();
    }

    @Override
    public void release(PendingAudit stored) {
        outbox.release(stored);
        metrics.auditStored();
    }

    @Override
    public void release(HitRange stored) {
        outbox.release(stored);
        if (streamAcks != null) {
            streamAcks.stored(stored);
        }
    }

    @Override
    public void shut() {
        queue.shut();
    }

    @Override
    public void fail(Throwable cause) {
        metrics.failed();
        queue.fail();
        outbox.end();
        log.error(
                "the journal in {} cannot go on; nothing is accepted from now on. What was accepted is on the disk: the next"
                        + " start on it sends what this one does not",
                properties.directory().toAbsolutePath(),
                cause);
        fatal.accept(cause);
    }

    @Override
    public boolean isOpen() {
        return queue.isOpen();
    }

    @Override
    public boolean isDrained() {
        return outbox.isDrained();
    }

    @Override
    public Standing standing() {
        return outbox.standing();
    }
}
