package dev.sluice.ingest.journal;

import dev.sluice.common.EncodedHit;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segments of one start, written one after the other, and their end: begins the next when one is full, deletes those that
 * nobody needs, and knows how much room is left. From its first room on there is always one that is open: what is on the disk says
 * that this epoch has not ended. Opened by one thread, then confined to the committer's.
 */
final class SegmentStore implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(SegmentStore.class);

    /** Under constant light load a segment would last for hours, and all of it be sent again after a crash. */
    private static final long LONGEST_NANOS = Duration.ofMinutes(1).toNanos();

    /** Far less than it takes to fill the space that is kept free. */
    private static final long ASK_DISK_NANOS = Duration.ofMillis(200).toNanos();

    private final JournalDirectory directory;
    private final JournalProperties properties;
    private final Outbox outbox;
    private final UUID epoch;
    private final AuditBook audits;
    private final ByteBuffer block = SegmentWriter.blockBuffer();

    private @Nullable Open open;
    private long nextSeq;
    private boolean ended;
    private boolean full;
    /** What the disk had left when it was last asked; asked now and then, not at every group. */
    private long usableBytes;

    private long usableAskedNanos;

    /** The segment that is written to. */
    private record Open(Segment segment, SegmentWriter writer, long sinceNanos) {
        boolean hasHits() {
            return writer.position() > SegmentFormat.FILE_HEADER_BYTES;
        }
    }

    /** Where a block is. */
    record Place(Segment segment, long from, long to) {}

    private SegmentStore(JournalDirectory directory, SegmentJournal journal, UUID epoch, AuditBook audits) {
        this.directory = directory;
        this.properties = journal.properties();
        this.outbox = journal.outbox();
        this.epoch = epoch;
        this.audits = audits;
    }

    /** Takes the directory, and lets the outbox know what earlier starts left there. */
    static SegmentStore open(SegmentJournal journal, UUID epoch, AuditBook audits) throws IOException {
        var store = new SegmentStore(JournalDirectory.open(journal.properties().directory()), journal, epoch, audits);
        try {
            store.find();
            store.tick();
            return store;
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private void find() throws IOException {
        List<Path> files = directory.segments();
        long bytes = 0;
        for (int i = 0; i < files.size(); i++) {
            UUID of = epochOf(files.get(i));
            boolean last = i + 1 == files.size() || !epochOf(files.get(i + 1)).equals(of);
            var attributes = Files.readAttributes(files.get(i), BasicFileAttributes.class);
            long micros = attributes.creationTime().to(TimeUnit.MICROSECONDS);
            bytes += attributes.size();
            outbox.found(Segment.recovered(files.get(i), of, last, attributes.size()), micros);
        }
        if (!files.isEmpty()) {
            log.info(
                    "{} segments of earlier starts in {}, {} MB: what the stream does not have is sent beside what comes in",
                    files.size(),
                    directory.path(),
                    bytes / 1_000_000);
        }
    }

    private static UUID epochOf(Path file) {
        return SegmentFormat.epochOf(file.getFileName().toString()).orElseThrow();
    }

    /** Writes and flushes a block; it is on disk when this returns. */
    Place write(long firstSeq, List<EncodedHit> hits) throws IOException {
        Open to = openForWriting();
        long from = to.writer().position();
        to.writer().write(firstSeq, hits);
        nextSeq = firstSeq + hits.size();
        audits.written(firstSeq, hits);
        outbox.grew(to.segment(), to.writer().allocated());
        return new Place(to.segment(), from, to.writer().position());
    }

    private Open openForWriting() throws IOException {
        if (open == null) {
            return begin();
        }
        return isFull(open) ? roll(open) : open;
    }

    /** The full one is not deleted before the next one is on the disk, so there is never none. */
    private Open roll(Open full) throws IOException {
        seal(full);
        return begin();
    }

    private Open begin() throws IOException {
        Path file = directory.file(epoch, nextSeq);
        var segment = Segment.fresh(file, epoch);
        var begun = new Open(segment, directory.create(file, epoch, block), System.nanoTime());
        outbox.began(segment, nextSeq);
        outbox.grew(segment, begun.writer().allocated());
        open = begun;
        if (nextSeq == 0) {
            audits.announce(segment);
        }
        return begun;
    }

    private boolean isFull(Open candidate) {
        return candidate.hasHits()
                && (candidate.writer().position() >= properties.segmentBytes().toBytes()
                        || System.nanoTime() - candidate.sinceNanos() > LONGEST_NANOS);
    }

    private void seal(Open done) throws IOException {
        done.writer().close();
        audits.sealing(done.segment());
        outbox.sealed(done.segment());
    }

    /** To be called now and then, and when a group was written: what is due by the clock. */
    void tick() throws IOException {
        if (!ended) {
            if (open == null && room() > 0) {
                begin();
            } else if (open != null && isFull(open) && outbox.isReleased(open.segment())) {
                // Nobody may come for hours, and what people sent is not kept for that long.
                roll(open);
            }
            if (open != null) {
                audits.tick(open.segment());
            }
        }
        deleteDone();
    }

    /** No more hits come, ever: says so. */
    void end() throws IOException {
        ended = true;
        if (open != null) {
            audits.ending(open.segment());
            seal(open);
            open = null;
        }
    }

    /** Deletes what nobody needs any more; what was damaged is kept aside. */
    private void deleteDone() throws IOException {
        for (Segment segment : outbox.takeDone()) {
            if (segment.damaged) {
                log.warn("a damaged segment is kept as {}", directory.setAside(segment.file));
            } else {
                directory.delete(segment.file);
            }
        }
    }

    /** Bytes that may still be appended; 0 or less when the journal or the disk is full. */
    long room() throws IOException {
        long ours = properties.maxBytes().toBytes() - outbox.standing().diskBytes();
        long disks = usableBytes() - properties.keepFree().toBytes();
        long room = Math.min(ours, disks);
        if (room <= 0 && !full) {
            log.warn(
                    "the journal in {} is full ({}); requests get 503 until the stream has taken more",
                    directory.path(),
                    ours <= disks
                            ? "sluice.ingest.journal.max-bytes"
                            : "the disk has less left than sluice.ingest.journal.keep-free");
        } else if (room > 0 && full) {
            log.info("the journal in {} has room again", directory.path());
        }
        full = room <= 0;
        return room;
    }

    private long usableBytes() throws IOException {
        long now = System.nanoTime();
        if (usableAskedNanos == 0 || now - usableAskedNanos > ASK_DISK_NANOS) {
            usableBytes = directory.usableBytes();
            usableAskedNanos = now;
        }
        return usableBytes;
    }

    @Override
    public void close() throws IOException {
        try (directory) {
            if (open != null) {
                open.writer().close();
            }
        }
    }
}
