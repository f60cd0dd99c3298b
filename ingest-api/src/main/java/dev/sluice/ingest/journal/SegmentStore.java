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
 * nobody needs, and knows how much room is left. Opened by one thread, then confined to the committer's.
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
    private final ByteBuffer block = SegmentWriter.blockBuffer();

    private @Nullable Open open;
    private boolean full;
    /** What the disk had left when it was last asked; asked now and then, not at every group. */
    private long usableBytes;

    private long usableAskedNanos;

    /** The segment that is written to. */
    private record Open(Segment segment, SegmentWriter writer, long sinceNanos) {}

    /** Where a block is. */
    record Place(Segment segment, long from, long to) {}

    private SegmentStore(JournalDirectory directory, JournalProperties properties, Outbox outbox, UUID epoch) {
        this.directory = directory;
        this.properties = properties;
        this.outbox = outbox;
        this.epoch = epoch;
    }

    /** Takes the directory, and lets the outbox know what earlier starts left there. */
    static SegmentStore open(JournalProperties properties, Outbox outbox, UUID epoch) throws IOException {
        var store = new SegmentStore(JournalDirectory.open(properties.directory()), properties, outbox, epoch);
        try {
            store.find();
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
        Open to = openFor(firstSeq);
        long from = to.writer().position();
        to.writer().write(firstSeq, hits);
        outbox.grew(to.segment(), to.writer().allocated());
        return new Place(to.segment(), from, to.writer().position());
    }

    private Open openFor(long firstSeq) throws IOException {
        if (open != null && isFull(open)) {
            seal(open);
        }
        if (open == null) {
            Path file = directory.file(epoch, firstSeq);
            var segment = Segment.fresh(file, epoch);
            SegmentWriter writer = directory.create(file, epoch, block);
            open = new Open(segment, writer, System.nanoTime());
            outbox.began(segment, firstSeq);
        }
        return open;
    }

    private boolean isFull(Open candidate) {
        return candidate.writer().position() >= properties.segmentBytes().toBytes()
                || System.nanoTime() - candidate.sinceNanos() > LONGEST_NANOS;
    }

    private void seal(Open done) throws IOException {
        done.writer().close();
        outbox.sealed(done.segment());
        open = null;
    }

    /** Ends the segment under way, if the stream has all of it. */
    void sealIfReleased() throws IOException {
        if (open != null && outbox.isReleased(open.segment())) {
            seal(open);
        }
    }

    /** Deletes what nobody needs any more; what was damaged is kept aside. */
    void deleteDone() throws IOException {
        if (open != null && isFull(open)) {
            sealIfReleased();
        }
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
