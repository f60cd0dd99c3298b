package dev.sluice.local.kinesis;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The records of one shard, in files.
 *
 * <p><b>What survives.</b> {@link #append} returns when the operating system has the bytes, so the death of this process, by
 * {@code kill -9} too, loses nothing that was acknowledged. It does not call fsync: a power cut or a crash of the kernel may
 * lose what was written in the seconds before it. Files are synced when the next one is begun and at {@link #close}, so only
 * the end of the last file is at stake; what is torn there is cut off at the next start.
 *
 * <p><b>Memory.</b> No record stays on the heap: readers read the files, and the operating system's page cache, which gives way
 * when memory is short, holds what was written lately.
 *
 * <p>Thread-safe. Writing, rolling and trimming are done under the monitor, as the order in the file is the order of the
 * positions; readers never take it.
 */
final class ShardLog implements Closeable {
    private final Path dir;
    private final long segmentBytes;
    private volatile List<Segment> segments;
    private volatile long lastPosition;
    private FileChannel writer;
    private boolean broken;

    private ShardLog(Path dir, long segmentBytes, List<Segment> segments, long lastPosition) throws IOException {
        this.dir = dir;
        this.segmentBytes = segmentBytes;
        this.segments = List.copyOf(segments);
        this.lastPosition = lastPosition;
        this.writer = FileChannel.open(segments.getLast().file(), StandardOpenOption.WRITE);
    }

    /**
     * Opens the log in a directory, which is made if absent.
     *
     * @param startPosition the shard's first
     */
    static ShardLog open(Path dir, long startPosition, long segmentBytes) throws IOException {
        Files.createDirectories(dir);
        List<Path> files;
        try (Stream<Path> list = Files.list(dir)) {
            files = list.filter(Segment::isSegment).sorted().toList();
        }
        List<Segment> segments = new ArrayList<>();
        long[] last = {startPosition - 1};
        for (int i = 0; i < files.size() - 1; i++) {
            segments.add(Segment.sealed(files.get(i)));
        }
        if (files.isEmpty()) {
            segments.add(Segment.create(dir, startPosition));
        } else {
            Segment recovered = Segment.recover(files.getLast(), position -> last[0] = position);
            last[0] = Math.max(last[0], recovered.base() - 1);
            segments.add(recovered);
        }
        return new ShardLog(dir, segmentBytes, segments, last[0]);
    }

    /** What a read gave; {@code drained} if there was nothing more behind it. */
    record Batch(List<StoredRecord> records, boolean drained) {}

    /** The position of the last record, or one before the first that may come. */
    long lastPosition() {
        return lastPosition;
    }

    /**
     * Puts records on disk and then makes them readable, all or none.
     *
     * @param records positions ascending, above {@link #lastPosition}
     * @throws IOException nothing was appended; if the file could not be put right either, all later calls fail too
     */
    synchronized void append(List<StoredRecord> records) throws IOException {
        if (records.isEmpty()) {
            return;
        }
        if (broken) {
            throw new IOException(dir + " could not be written before, and takes no more");
        }
        Segment active = segments.getLast();
        if (active.size() >= segmentBytes) {
            active = roll(records.getFirst().position());
        }
        int bytes = 0;
        for (StoredRecord record : records) {
            bytes += SegmentFormat.sizeOf(record);
        }
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        records.forEach(record -> SegmentFormat.encode(record, buffer));
        write(buffer.flip(), active.size());
        for (StoredRecord record : records) {
            long offset = active.size();
            active.committed(record.position(), offset, offset + SegmentFormat.sizeOf(record));
        }
        lastPosition = records.getLast().position();
    }

    private void write(ByteBuffer buffer, long offset) throws IOException {
        long at = offset;
        try {
            while (buffer.hasRemaining()) {
                at += writer.write(buffer, at);
            }
        } catch (IOException e) {
            cutBack(offset, e);
            throw e;
        }
    }

    /** Else whole records of a call that failed could come to life behind a shorter one. */
    private void cutBack(long offset, IOException cause) {
        try {
            writer.truncate(offset);
        } catch (IOException e) {
            broken = true;
            cause.addSuppressed(e);
        }
    }

    private Segment roll(long base) throws IOException {
        writer.force(false);
        Segment next = Segment.create(dir, base);
        FileChannel nextWriter = FileChannel.open(next.file(), StandardOpenOption.WRITE);
        writer.close();
        writer = nextWriter;
        List<Segment> longer = new ArrayList<>(segments);
        longer.add(next);
        segments = List.copyOf(longer);
        return next;
    }

    /**
     * Records at or above a position, in order: at least one if there is one, then as many as both bounds allow.
     *
     * @param mostBytes of partition keys and data
     */
    Batch read(long fromPosition, int mostRecords, long mostBytes) throws IOException {
        List<StoredRecord> records = new ArrayList<>();
        if (fromPosition > lastPosition) {
            return new Batch(records, true);
        }
        long bytes = 0;
        List<Segment> snapshot = segments;
        for (int i = indexOf(snapshot, fromPosition); i < snapshot.size(); i++) {
            try (SegmentReader reader = snapshot.get(i).reader(fromPosition)) {
                for (StoredRecord record = reader.next(); record != null; record = reader.next()) {
                    if (record.position() < fromPosition) {
                        continue;
                    }
                    bytes += record.payloadBytes();
                    if (records.size() == mostRecords || (bytes > mostBytes && !records.isEmpty())) {
                        return new Batch(records, false);
                    }
                    records.add(record);
                }
            } catch (NoSuchFileException _) {
                // Retention took the file after the list was read: its records are gone, as if it had come first.
            }
        }
        return new Batch(records, true);
    }

    /** The position of the first record that arrived at or after a time, or that of the next record to come. */
    long positionAt(long millis) throws IOException {
        // A position is never below the microsecond of its arrival, so no record that counts lies before this one.
        long from = Math.max(0, Math.multiplyExact(millis, 1_000L));
        while (true) {
            Batch batch = read(from, 1_000, 1024 * 1024);
            for (StoredRecord record : batch.records()) {
                if (record.arrivedMillis() >= millis) {
                    return record.position();
                }
                from = record.position() + 1;
            }
            if (batch.drained()) {
                return lastPosition + 1;
            }
        }
    }

    /**
     * Deletes the files whose records all arrived before a time.
     *
     * @param rollMillis a file begun before this time is ended, so that a slow shard's records become old enough one day
     */
    synchronized void trim(long horizonMillis, long rollMillis) throws IOException {
        long horizon = horizonMillis * 1_000;
        Segment active = segments.getLast();
        if (active.base() < rollMillis * 1_000 && active.size() > SegmentFormat.HEADER_BYTES && !broken) {
            roll(lastPosition + 1);
        }
        List<Segment> kept = new ArrayList<>(segments);
        List<Segment> old = new ArrayList<>();
        // The last one stays, even empty: its name keeps the shard's place.
        while (kept.size() > 1 && kept.get(1).base() < horizon) {
            old.add(kept.removeFirst());
        }
        segments = List.copyOf(kept);
        for (Segment segment : old) {
            Files.deleteIfExists(segment.file());
        }
    }

    /** The number of the segment that holds a position. */
    private static int indexOf(List<Segment> segments, long position) {
        int at = 0;
        while (at + 1 < segments.size() && segments.get(at + 1).base() <= position) {
            at++;
        }
        return at;
    }

    @Override
    public synchronized void close() throws IOException {
        broken = true;
        if (writer.isOpen()) {
            writer.force(false);
            writer.close();
        }
    }
}
