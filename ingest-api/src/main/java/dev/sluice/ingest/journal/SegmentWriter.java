package dev.sluice.ingest.journal;

import dev.sluice.common.EncodedHit;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Writes one segment, block by block; a block is on disk when {@link #write} returns. The file grows ahead of the blocks in steps
 * of a megabyte of zeros: then a flush has only data to write, not the file's size as well, which halves its cost. Any
 * {@link IOException} is final: after a failed flush nobody knows what the disk holds, and asking again may answer "fine" without
 * having written. Confined to the committer's thread.
 */
final class SegmentWriter implements Closeable {
    private static final int STEP_BYTES = 1 << 20;
    /** Not to be written to. */
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(STEP_BYTES);

    private final UUID epoch;
    private final FileChannel channel;
    private final ByteBuffer block;
    private long position;
    private long allocated;

    private SegmentWriter(UUID epoch, FileChannel channel, ByteBuffer block) {
        this.epoch = epoch;
        this.channel = channel;
        this.block = block;
    }

    /** Room for the largest block, to be shared by the writers of one thread. */
    static ByteBuffer blockBuffer() {
        return ByteBuffer.allocateDirect(SegmentFormat.BLOCK_HEADER_BYTES + SegmentFormat.MOST_PAYLOAD_BYTES);
    }

    /**
     * Creates the file, readable by its owner alone: it holds what people sent. Its directory is the caller's to flush.
     *
     * @param block where blocks are put together
     */
    static SegmentWriter create(Path file, UUID epoch, ByteBuffer block) throws IOException {
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        var writer = new SegmentWriter(epoch, channel, block);
        try {
            writer.position = writer.writeAt(SegmentFormat.fileHeader(), 0);
            writer.allocate(STEP_BYTES);
            channel.force(true);
            return writer;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Bytes up to the end of the last block. */
    long position() {
        return position;
    }

    /** Bytes that the file takes on the disk. */
    long allocated() {
        return allocated;
    }

    /** Writes and flushes one block; {@link #position} is then its end. */
    void write(long firstSeq, List<EncodedHit> hits) throws IOException {
        SegmentFormat.putBlock(block, epoch, firstSeq, hits);
        allocate(position + block.remaining());
        position = writeAt(block, position);
        channel.force(false);
    }

    private void allocate(long upTo) throws IOException {
        while (allocated < upTo) {
            allocated = writeAt(ZEROS.duplicate(), Math.max(allocated, position));
        }
    }

    private long writeAt(ByteBuffer bytes, long from) throws IOException {
        long at = from;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
        return at;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
