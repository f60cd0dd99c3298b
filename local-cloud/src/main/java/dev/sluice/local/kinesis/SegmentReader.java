package dev.sluice.local.kinesis;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Reads the records of one segment in order. Has a file handle of its own, so it outlives the file's name. One thread's. */
final class SegmentReader implements Closeable {
    private static final int CHUNK_BYTES = 256 * 1024;

    private final Path file;
    private final FileChannel channel;
    private final long limit;
    private ByteBuffer buffer = ByteBuffer.allocate(CHUNK_BYTES).limit(0);
    private long offset;

    /**
     * @param offset where a record begins
     * @param limit where the last record that may be read ends
     * @throws java.nio.file.NoSuchFileException if retention took the file meanwhile
     */
    SegmentReader(Path file, long offset, long limit) throws IOException {
        this.file = file;
        this.channel = FileChannel.open(file, StandardOpenOption.READ);
        this.offset = offset;
        this.limit = limit;
    }

    /** Where the next record begins. */
    long offset() {
        return offset;
    }

    /**
     * The next record, or null at the limit.
     *
     * @throws TornRecordException if there is something else; {@link #offset} then says where
     */
    @Nullable StoredRecord next() throws IOException {
        if (offset >= limit) {
            return null;
        }
        need(SegmentFormat.PREFIX_BYTES);
        int bodyBytes = SegmentFormat.bodyBytes(buffer.getInt(buffer.position()));
        if (bodyBytes < 0) {
            throw torn();
        }
        int wholeBytes = SegmentFormat.PREFIX_BYTES + bodyBytes;
        need(wholeBytes);
        buffer.getInt();
        StoredRecord record = SegmentFormat.decode(buffer, bodyBytes, buffer.getInt());
        if (record == null) {
            throw torn();
        }
        offset += wholeBytes;
        return record;
    }

    /** Makes {@code bytes} from {@link #offset} on stand in the buffer. */
    private void need(int bytes) throws IOException {
        if (buffer.remaining() >= bytes) {
            return;
        }
        if (offset + bytes > limit) {
            throw torn();
        }
        if (buffer.capacity() < bytes) {
            buffer = ByteBuffer.allocate(bytes).put(buffer);
        } else {
            buffer.compact();
        }
        long from = offset + buffer.position();
        buffer.limit((int) Math.min(buffer.capacity(), buffer.position() + limit - from));
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, offset + buffer.position());
            if (read < 0) {
                break;
            }
        }
        buffer.flip();
        if (buffer.remaining() < bytes) {
            throw torn();
        }
    }

    private TornRecordException torn() {
        return new TornRecordException(file + " holds no whole record at byte " + offset);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
