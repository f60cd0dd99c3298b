package dev.sluice.ingest.journal;

import dev.sluice.common.EncodedHit;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Reads blocks of one segment in order. Bytes that are no block are stepped over up to the next place where a whole, undamaged
 * block begins, so that one bad sector costs one block. Not thread-safe.
 */
final class SegmentReader implements Closeable {
    private static final int WINDOW_BYTES = 64 * 1024;

    private final UUID epoch;
    private final FileChannel channel;
    private final long end;
    private long position;

    /** What stands next in the segment. */
    sealed interface Piece {
        /** The hits of one undamaged block. */
        record Block(long firstSeq, List<EncodedHit> hits) implements Piece {}

        /** Bytes {@code from} to {@code to} are no block, and not merely allocated ahead. */
        record Damage(long from, long to) implements Piece {}

        /** There is no more. */
        record End() implements Piece {}
    }

    /** Reads what stands from one offset up to another. */
    SegmentReader(Path file, UUID epoch, long from, long to) throws IOException {
        this.epoch = epoch;
        this.position = from;
        this.channel = FileChannel.open(file, StandardOpenOption.READ);
        this.end = Math.min(to, channel.size());
    }

    Piece next() throws IOException {
        if (position == 0 && SegmentFormat.isFileHeader(read(0, SegmentFormat.FILE_HEADER_BYTES))) {
            position = SegmentFormat.FILE_HEADER_BYTES;
        }
        if (position >= end) {
            return new Piece.End();
        }
        Optional<Piece.Block> block = blockAt(position);
        return block.isPresent() ? block.get() : skip();
    }

    /** The block that begins there, and the position after it. */
    private Optional<Piece.Block> blockAt(long at) throws IOException {
        ByteBuffer header = read(at, SegmentFormat.BLOCK_HEADER_BYTES);
        int length = SegmentFormat.BLOCK_HEADER_BYTES
                + SegmentFormat.payloadBytes(header).orElse(Integer.MIN_VALUE);
        if (length < 0 || at + length > end) {
            return Optional.empty();
        }
        ByteBuffer bytes = read(at, length);
        if (bytes.remaining() < length) {
            return Optional.empty();
        }
        Optional<List<EncodedHit>> hits = SegmentFormat.hits(epoch, bytes);
        hits.ifPresent(_ -> position = at + length);
        return hits.map(whole -> new Piece.Block(SegmentFormat.firstSeq(bytes), whole));
    }

    /** Moves on to where the next block begins, or to the end. */
    private Piece skip() throws IOException {
        long from = position;
        boolean onlyZeros = true;
        for (long at = from; at < end; ) {
            ByteBuffer window = read(at, WINDOW_BYTES);
            // A marker may lie across the border of two windows.
            int usable = at + window.remaining() >= end ? window.remaining() : window.remaining() - 3;
            for (int i = 0; i < usable; i++) {
                onlyZeros &= window.get(i) == 0;
                if (isMarker(window, i) && at + i > from && blockAt(at + i).isPresent()) {
                    position = at + i;
                    return new Piece.Damage(from, position);
                }
            }
            at += usable;
        }
        position = end;
        return onlyZeros ? new Piece.End() : new Piece.Damage(from, end);
    }

    private static boolean isMarker(ByteBuffer window, int at) {
        return at + 4 <= window.remaining() && window.getInt(at) == SegmentFormat.MARKER;
    }

    /** What is there, at most so many bytes. */
    private ByteBuffer read(long at, int bytes) throws IOException {
        var buffer = ByteBuffer.allocate((int) Math.min(bytes, end - at));
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, at + buffer.position());
            if (read < 0) {
                break;
            }
        }
        return buffer.flip();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
