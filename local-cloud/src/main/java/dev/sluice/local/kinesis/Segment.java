package dev.sluice.local.kinesis;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file of a shard's log. Its name is its {@code base}: every record in it has a position at or above, every record in the
 * files before it a position below.
 *
 * <p>Thread-safe for readers; only the log's writer moves {@link #committed}.
 */
final class Segment {
    private static final Logger LOG = LoggerFactory.getLogger(Segment.class);
    private static final String SUFFIX = ".log";

    private final Path file;
    private final long base;
    private volatile long size;
    private volatile @Nullable SegmentIndex index;

    private Segment(Path file, long base, long size, @Nullable SegmentIndex index) {
        this.file = file;
        this.base = base;
        this.size = size;
        this.index = index;
    }

    static boolean isSegment(Path file) {
        return file.getFileName().toString().endsWith(SUFFIX);
    }

    /** An empty one, its header on disk. */
    static Segment create(Path dir, long base) throws IOException {
        Path file = dir.resolve(String.format(Locale.ROOT, "%019d%s", base, SUFFIX));
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ)) {
            // Rolling may have failed half-way before, and left a file of this name without a record.
            channel.truncate(0);
            writeHeader(channel);
        }
        return new Segment(file, base, SegmentFormat.HEADER_BYTES, new SegmentIndex());
    }

    /** A file that was closed in order; it is looked through when it is first read. */
    static Segment sealed(Path file) throws IOException {
        return new Segment(file, baseOf(file), Files.size(file), null);
    }

    /** The last file of a shard: whatever is no whole record at its end is cut off. Gives the last position to {@code last}. */
    static Segment recover(Path file, PositionListener last) throws IOException {
        cutTornHeader(file);
        long fileBytes = Files.size(file);
        SegmentIndex index = new SegmentIndex();
        long end = scan(file, fileBytes, index, last);
        if (end < fileBytes) {
            LOG.warn("Cut {} bytes that are no whole record from the end of {}", fileBytes - end, file);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(end);
            }
        }
        return new Segment(file, baseOf(file), end, index);
    }

    /** Told each position that recovery finds. */
    interface PositionListener {
        void found(long position);
    }

    Path file() {
        return file;
    }

    long base() {
        return base;
    }

    /** Where the last whole record ends. */
    long size() {
        return size;
    }

    /** Makes a record that is on disk known to readers. */
    void committed(long position, long offset, long end) {
        SegmentIndex known = index;
        if (known != null) {
            known.add(position, offset);
        }
        size = end;
    }

    /** Reads from the first record at or after the position, or a little before it. */
    SegmentReader reader(long position) throws IOException {
        SegmentIndex known = index;
        if (known == null) {
            known = load();
        }
        return new SegmentReader(file, known.offsetFor(position), size);
    }

    private synchronized SegmentIndex load() throws IOException {
        SegmentIndex known = index;
        if (known == null) {
            known = new SegmentIndex();
            long end = scan(file, size, known, _ -> {});
            if (end < size) {
                LOG.error("{} bytes at the end of {} are damaged; their records are lost", size - end, file);
                size = end;
            }
            index = known;
        }
        return known;
    }

    private static long scan(Path file, long limit, SegmentIndex index, PositionListener listener) throws IOException {
        try (SegmentReader reader = new SegmentReader(file, SegmentFormat.HEADER_BYTES, limit)) {
            try {
                long offset = reader.offset();
                for (StoredRecord record = reader.next(); record != null; record = reader.next()) {
                    index.add(record.position(), offset);
                    listener.found(record.position());
                    offset = reader.offset();
                }
            } catch (TornRecordException e) {
                LOG.debug("End of the whole records", e);
            }
            return reader.offset();
        }
    }

    private static void cutTornHeader(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer header = ByteBuffer.allocate(SegmentFormat.HEADER_BYTES);
            while (header.hasRemaining() && channel.read(header, header.position()) >= 0) {}
            switch (SegmentFormat.check(header.flip())) {
                case GOOD -> {}
                case OTHER_VERSION -> throw new IOException(file + " was written by another version of Sluice");
                case NONE -> {
                    LOG.warn("{} has no header, so no record: begun anew", file);
                    channel.truncate(0);
                    writeHeader(channel);
                }
            }
        }
    }

    private static void writeHeader(FileChannel channel) throws IOException {
        ByteBuffer header = SegmentFormat.header();
        while (header.hasRemaining()) {
            channel.write(header, header.position());
        }
    }

    private static long baseOf(Path file) throws IOException {
        String name = file.getFileName().toString();
        try {
            return Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
        } catch (NumberFormatException e) {
            throw new IOException(file + " is no file of a shard", e);
        }
    }
}
