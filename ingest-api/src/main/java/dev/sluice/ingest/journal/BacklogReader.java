package dev.sluice.ingest.journal;

import dev.sluice.common.AuditRecord;
import dev.sluice.common.EncodedHit;
import dev.sluice.common.TransportId;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads back what is only on disk, the oldest stretch first. A torn tail, which is what a crash leaves of a group that nobody was
 * told about, is passed over; any other damage is reported, and its segment kept. Confined to the taker's thread.
 */
final class BacklogReader implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(BacklogReader.class);

    private final Outbox outbox;
    private final JournalMetrics metrics;

    private @Nullable Stretch stretch;
    private @Nullable SegmentReader reader;
    private @Nullable AuditTally tally;
    private long hits;

    BacklogReader(Outbox outbox, JournalMetrics metrics) {
        this.outbox = outbox;
        this.metrics = metrics;
    }

    /** As {@link Journal#takeBacklog}. */
    List<JournalEntry> read(long maxBytes) throws IOException {
        var entries = new ArrayList<JournalEntry>();
        long bytes = 0;
        while (bytes < maxBytes && isOpen()) {
            Stretch from = Objects.requireNonNull(stretch);
            switch (Objects.requireNonNull(reader).next()) {
                case SegmentReader.Piece.Block(long firstSeq, List<EncodedHit> block) -> {
                    if (from.segment.recovered) {
                        outbox.recovered(from.segment, new TransportId(from.segment.epoch, firstSeq), block.size());
                        Objects.requireNonNull(tally).add(firstSeq, block);
                    }
                    for (int i = 0; i < block.size(); i++) {
                        entries.add(new JournalEntry(new TransportId(from.segment.epoch, firstSeq + i), block.get(i)));
                        bytes += block.get(i).size();
                    }
                    hits += block.size();
                }
                case SegmentReader.Piece.Damage(long start, long end) -> report(from, start, end);
                case SegmentReader.Piece.End() -> close();
            }
        }
        return entries;
    }

    /** Whether part of a stretch is still to be read, or there is another. */
    boolean hasMore() {
        return reader != null || outbox.hasBacklog();
    }

    private boolean isOpen() throws IOException {
        if (reader != null) {
            return true;
        }
        Stretch next = outbox.takeStretch();
        if (next == null) {
            return false;
        }
        stretch = next;
        hits = 0;
        tally = new AuditTally(
                next.segment.epoch,
                SegmentFormat.firstSeqOf(next.segment.file.getFileName().toString()));
        reader = new SegmentReader(next.segment.file, next.segment.epoch, next.from, next.to);
        return true;
    }

    private void report(Stretch from, long start, long end) {
        Path file = from.segment.file.getFileName();
        boolean tornTail = from.segment.recovered && from.segment.lastOfItsEpoch && start > 0 && end >= from.to;
        if (tornTail) {
            log.info("{}: the last group was cut off by a crash, before anyone was told that it is safe", file);
            return;
        }
        outbox.damaged(from.segment);
        metrics.damaged(end - start);
        log.error(
                "{} is damaged from byte {} to {}: the hits there are lost if the stream did not have them yet; what follows is"
                        + " read on. The file is kept in the folder 'damaged'",
                file,
                start,
                end);
    }

    @Override
    public void close() throws IOException {
        SegmentReader open = reader;
        Stretch done = stretch;
        if (open == null || done == null) {
            return;
        }
        reader = null;
        stretch = null;
        open.close();
        if (done.segment.recovered) {
            auditAgain(done, Objects.requireNonNull(tally));
        }
        outbox.readThrough(done.segment);
        if (done.segment.recovered) {
            log.info("{}: read back {} hits of an earlier start", done.segment.file.getFileName(), hits);
        }
    }

    /**
     * Says of a segment of an earlier start what the audit records of that start said, or died before they could say. Nothing in a
     * later segment of it can be older than this one's newest hit by more than the slack; when there is none, any time is true.
     */
    private void auditAgain(Stretch read, AuditTally counted) {
        long completeUntil = counted.newestMicros() == Long.MIN_VALUE
                ? read.oldestMicros
                : counted.newestMicros() - CommitQueue.SLACK_MICROS;
        AuditRecord record = counted.close(completeUntil, read.segment.lastOfItsEpoch);
        metrics.audited(true, outbox.audited(read.segment, record));
    }
}
