package dev.sluice.local.kinesis;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * How records lie in a segment file: an 8-byte header, then one record after the other, big-endian:
 *
 * <pre>
 * int length of the body | int CRC32C of the body | body: long position, long arrival in ms, short key length, key, data
 * </pre>
 */
final class SegmentFormat {
    static final int HEADER_BYTES = 8;
    static final int PREFIX_BYTES = 8;

    private static final long MAGIC = 0x534C_4B49_4E00_0000L;
    private static final int VERSION = 1;
    private static final int FIXED_BODY_BYTES = 8 + 8 + 2;
    // A record's data and its key (256 characters of at most 4 bytes).
    private static final int MAX_BODY_BYTES = FIXED_BODY_BYTES + 1024 * 1024 + 1024;

    /** What the first bytes of a file say. */
    enum Header {
        GOOD,
        OTHER_VERSION,
        NONE
    }

    private SegmentFormat() {}

    static ByteBuffer header() {
        return ByteBuffer.allocate(HEADER_BYTES).putLong(MAGIC | VERSION).flip();
    }

    static Header check(ByteBuffer header) {
        if (header.remaining() < HEADER_BYTES) {
            return Header.NONE;
        }
        long value = header.getLong();
        if ((value & ~0xFFL) != MAGIC) {
            return Header.NONE;
        }
        return (value & 0xFF) == VERSION ? Header.GOOD : Header.OTHER_VERSION;
    }

    static int sizeOf(StoredRecord record) {
        return PREFIX_BYTES + FIXED_BODY_BYTES + record.payloadBytes();
    }

    static void encode(StoredRecord record, ByteBuffer out) {
        int start = out.position();
        int bodyBytes = FIXED_BODY_BYTES + record.payloadBytes();
        out.position(start + PREFIX_BYTES);
        out.putLong(record.position()).putLong(record.arrivedMillis());
        out.putShort((short) record.partitionKey().length);
        out.put(record.partitionKey()).put(record.data());
        out.putInt(start, bodyBytes);
        out.putInt(start + 4, crc(out, start + PREFIX_BYTES, bodyBytes));
    }

    /** The body's length that a prefix names, or -1 if no record can have it. */
    static int bodyBytes(int length) {
        return length < FIXED_BODY_BYTES || length > MAX_BODY_BYTES ? -1 : length;
    }

    /** Reads a body at the buffer's position, or gives null, the buffer untouched, if it isn't what was written. */
    static @Nullable StoredRecord decode(ByteBuffer in, int bodyBytes, int crc) {
        int start = in.position();
        int keyBytes = Short.toUnsignedInt(in.getShort(start + 16));
        if (crc(in, start, bodyBytes) != crc || keyBytes > bodyBytes - FIXED_BODY_BYTES) {
            return null;
        }
        long position = in.getLong();
        long arrivedMillis = in.getLong();
        in.getShort();
        byte[] key = new byte[keyBytes];
        byte[] data = new byte[bodyBytes - FIXED_BODY_BYTES - keyBytes];
        in.get(key).get(data);
        return new StoredRecord(position, arrivedMillis, key, data);
    }

    private static int crc(ByteBuffer buffer, int start, int length) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.slice(start, length));
        return (int) crc.getValue();
    }
}
