package dev.sluice.ingest.journal;

import dev.sluice.common.EncodedHit;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * How a segment looks on disk: the only class that knows. A segment is one file, {@code <epoch>-<first seq, 19
 * digits>.journal}, so that names sort as their hits do within an epoch. It begins with the magic "SLUJ" and the version, 4 bytes
 * each; then come blocks, one for each group of hits that was committed together, then zeros where the file was allocated
 * ahead. A block, big-endian:
 *
 * <pre>
 * offset  bytes  what
 *      0      4  marker
 *      4      8  sequence number of the first hit
 *     12      4  number of hits, 1 or more
 *     16      4  payload bytes
 *     20      4  CRC32C of the epoch, of the bytes 0..19 and of the payload
 *     24      -  payload: each hit as its length, 4 bytes, and its bytes
 * </pre>
 *
 * The epoch is in the checksum, so that a block counts only in a file of its own epoch. Stateless, thread-safe.
 */
final class SegmentFormat {
    static final int FILE_HEADER_BYTES = 8;
    static final int BLOCK_HEADER_BYTES = 24;
    static final int HIT_HEADER_BYTES = 4;
    /** A group is closed once it reaches this; its last hit may exceed it. */
    static final int GROUP_BYTES = 2_000_000;
    /** No block is larger: a full group and one more hit, itself within a record of 1 MiB, and their lengths. */
    static final int MOST_PAYLOAD_BYTES = 4_000_000;

    static final int MARKER = 0xB10C_5EED;
    private static final long FILE_HEADER = 0x534C554A_00000001L;
    private static final Pattern NAME =
            Pattern.compile("([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-([0-8]\\d{18})\\.journal");
    private static final int CRC_OFFSET = 20;

    private SegmentFormat() {}

    static String name(UUID epoch, long firstSeq) {
        return "%s-%019d.journal".formatted(epoch, firstSeq);
    }

    /** The epoch that the file's name tells; empty when it is no segment's. */
    static Optional<UUID> epochOf(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches() ? Optional.of(UUID.fromString(matcher.group(1))) : Optional.empty();
    }

    /** The sequence number of the first hit in it, as its name tells. */
    static long firstSeqOf(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a segment's name: " + name);
        }
        return Long.parseLong(matcher.group(2));
    }

    static ByteBuffer fileHeader() {
        return ByteBuffer.allocate(FILE_HEADER_BYTES).putLong(FILE_HEADER).flip();
    }

    static boolean isFileHeader(ByteBuffer header) {
        return header.remaining() == FILE_HEADER_BYTES && header.getLong(header.position()) == FILE_HEADER;
    }

    /** Fills the empty buffer with one block, ready to be written. */
    static void putBlock(ByteBuffer block, UUID epoch, long firstSeq, List<EncodedHit> hits) {
        block.clear();
        block.putInt(MARKER).putLong(firstSeq).putInt(hits.size()).putInt(0).putInt(0);
        for (EncodedHit hit : hits) {
            block.putInt(hit.size()).put(hit.bytes());
        }
        block.flip();
        block.putInt(16, block.limit() - BLOCK_HEADER_BYTES);
        block.putInt(CRC_OFFSET, crc(epoch, block));
    }

    /** Payload bytes that this block header announces; empty when no block begins so. */
    static Optional<Integer> payloadBytes(ByteBuffer header) {
        int at = header.position();
        boolean possible = header.remaining() >= BLOCK_HEADER_BYTES
                && header.getInt(at) == MARKER
                && header.getLong(at + 4) >= 0
                && header.getInt(at + 12) > 0
                && header.getInt(at + 16) > 0
                && header.getInt(at + 16) <= MOST_PAYLOAD_BYTES;
        return possible ? Optional.of(header.getInt(at + 16)) : Optional.empty();
    }

    /** The hits of a whole block, header included; empty when it is damaged. */
    static Optional<List<EncodedHit>> hits(UUID epoch, ByteBuffer block) {
        int start = block.position();
        if (block.getInt(start + CRC_OFFSET) != crc(epoch, block)) {
            return Optional.empty();
        }
        int count = block.getInt(start + 12);
        ByteBuffer payload = block.duplicate().position(start + BLOCK_HEADER_BYTES);
        var hits = new ArrayList<EncodedHit>();
        while (payload.remaining() >= HIT_HEADER_BYTES) {
            int length = payload.getInt();
            if (length < 0 || length > payload.remaining()) {
                return Optional.empty();
            }
            byte[] hit = new byte[length];
            payload.get(hit);
            hits.add(new EncodedHit(hit));
        }
        return hits.size() == count && !payload.hasRemaining() ? Optional.of(hits) : Optional.empty();
    }

    static long firstSeq(ByteBuffer block) {
        return block.getLong(block.position() + 4);
    }

    private static int crc(UUID epoch, ByteBuffer block) {
        var crc = new CRC32C();
        crc.update(ByteBuffer.allocate(16)
                .putLong(epoch.getMostSignificantBits())
                .putLong(epoch.getLeastSignificantBits())
                .flip());
        int start = block.position();
        crc.update(block.duplicate().limit(start + CRC_OFFSET));
        crc.update(block.duplicate().position(start + BLOCK_HEADER_BYTES));
        return (int) crc.getValue();
    }
}
