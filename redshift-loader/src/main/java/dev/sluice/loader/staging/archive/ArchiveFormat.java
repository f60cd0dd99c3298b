package dev.sluice.loader.staging.archive;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.zip.CRC32C;

/**
 * Archived records to bytes and back: the only class that knows the format and its version. Stateless and thread-safe.
 *
 * <p>An archive object is records one after the other, with nothing before, between or after them, so that objects may be joined by
 * putting one behind the other. Not compressed, as frames are. A record, big-endian:
 *
 * <pre>
 * offset  bytes  what
 *      0      4  magic "SLUA"
 *      4      1  version, 1
 *      5      4  n, bytes of the body
 *      9      n  body
 *    9+n      4  CRC32C of the bytes 0..8+n
 * </pre>
 *
 * The body: shard id, sequence number and partition key as strings (2 bytes of length, then UTF-8), the time of arrival as milliseconds
 * since 1970 (8 bytes), and the record's bytes up to the body's end.
 */
final class ArchiveFormat {
    static final int HEADER_BYTES = 9;
    static final int CRC_BYTES = 4;
    /** The largest record that Kinesis takes, by opt-in, is 10 MiB; the strings have no more than 64 KiB each. */
    static final int MOST_BODY_BYTES = 11 * 1024 * 1024;

    private static final int MAGIC = 0x534C5541;
    private static final byte VERSION = 1;

    private ArchiveFormat() {}

    static byte[] encode(ArchivedRecord record) {
        byte[] shard = utf8(record.shard());
        byte[] sequenceNumber = utf8(record.sequenceNumber());
        byte[] partitionKey = utf8(record.partitionKey());
        int body = 3 * Short.BYTES
                + shard.length
                + sequenceNumber.length
                + partitionKey.length
                + Long.BYTES
                + record.data().length;
        if (body > MOST_BODY_BYTES) {
            throw new IllegalArgumentException("a record of " + body + " bytes is more than Kinesis takes");
        }
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + body + CRC_BYTES);
        bytes.putInt(MAGIC).put(VERSION).putInt(body);
        string(bytes, shard);
        string(bytes, sequenceNumber);
        string(bytes, partitionKey);
        bytes.putLong(record.arrivedAt().toEpochMilli()).put(record.data());
        bytes.putInt(crc(bytes.array(), HEADER_BYTES + body));
        return bytes.array();
    }

    /**
     * How many bytes follow this header.
     *
     * @throws ArchiveFormatException when it is not a record's header
     */
    static int bytesAfter(byte[] header, long at) throws ArchiveFormatException {
        ByteBuffer bytes = ByteBuffer.wrap(header);
        if (bytes.getInt() != MAGIC) {
            throw new ArchiveFormatException("no record begins at byte " + at);
        }
        byte version = bytes.get();
        if (version != VERSION) {
            throw new ArchiveFormatException("the record at byte " + at + " is of version " + version);
        }
        int body = bytes.getInt();
        if (body < 0 || body > MOST_BODY_BYTES) {
            throw new ArchiveFormatException("the record at byte " + at + " claims " + body + " bytes");
        }
        return body + CRC_BYTES;
    }

    /** @param whole header, body and CRC */
    static ArchivedRecord decode(byte[] whole, long at) throws ArchiveFormatException {
        int end = whole.length - CRC_BYTES;
        if (ByteBuffer.wrap(whole).getInt(end) != crc(whole, end)) {
            throw new ArchiveFormatException("the record at byte " + at + " is damaged");
        }
        ByteBuffer bytes = ByteBuffer.wrap(whole, HEADER_BYTES, end - HEADER_BYTES);
        try {
            String shard = string(bytes);
            String sequenceNumber = string(bytes);
            String partitionKey = string(bytes);
            Instant arrivedAt = Instant.ofEpochMilli(bytes.getLong());
            byte[] data = new byte[bytes.remaining()];
            bytes.get(data);
            return new ArchivedRecord(shard, sequenceNumber, partitionKey, arrivedAt, data);
        } catch (BufferUnderflowException e) {
            throw new ArchiveFormatException("the record at byte " + at + " ends within a field");
        }
    }

    private static byte[] utf8(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0xFFFF) {
            throw new IllegalArgumentException("a name of " + bytes.length + " bytes");
        }
        return bytes;
    }

    private static void string(ByteBuffer into, byte[] text) {
        into.putShort((short) text.length).put(text);
    }

    private static String string(ByteBuffer from) {
        byte[] text = new byte[Short.toUnsignedInt(from.getShort())];
        from.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static int crc(byte[] bytes, int length) {
        var crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
