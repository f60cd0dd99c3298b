package dev.sluice.common;

import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Audit records to bytes and back: the only class that knows their wire format and its version. One record of the stream holds one of
 * them, or a frame ({@link FrameCodec}). Stateless and thread-safe. Big-endian:
 *
 * <pre>
 * offset  bytes  what
 *      0      4  magic "SLUA"
 *      4      1  version, 1
 *      5      1  flags: bit 0 final
 *      6     16  epoch (UUID, most significant half first)
 *     22      8  first sequence number
 *     30      8  last sequence number, inclusive; one less than the first when there is none
 *     38      8  complete until, as microseconds since 1970
 *     46      4  number of minutes
 *     50      4  CRC32C of the bytes 0..49 and of the minutes
 *     54     16  for each minute, ascending: minutes since 1970 (8 bytes), hits (8 bytes)
 * </pre>
 */
public final class AuditCodec {
    public static final int HEADER_BYTES = 54;

    private static final int MAGIC = 0x534C5541;
    private static final byte VERSION = 1;
    private static final byte FINAL = 1;
    private static final int CRC_OFFSET = 50;
    private static final int MINUTE_BYTES = 16;
    private static final long SECONDS_PER_MINUTE = 60;

    private AuditCodec() {}

    /** Whether these bytes claim to be an audit record: what else the stream carries begins otherwise. */
    public static boolean isAudit(byte[] bytes) {
        return bytes.length >= Integer.BYTES && ByteBuffer.wrap(bytes).getInt() == MAGIC;
    }

    /** The record as bytes. A minute takes 16, so a record of the stream has room for more of them than a journal's segment has. */
    public static byte[] encode(AuditRecord audit) {
        var out = ByteBuffer.allocate(
                HEADER_BYTES + MINUTE_BYTES * audit.hitsByMinute().size());
        out.putInt(MAGIC).put(VERSION).put(audit.isFinal() ? FINAL : 0);
        out.putLong(audit.epoch().getMostSignificantBits())
                .putLong(audit.epoch().getLeastSignificantBits());
        out.putLong(audit.firstSeq()).putLong(audit.lastSeq());
        out.putLong(ChronoUnit.MICROS.between(Instant.EPOCH, audit.completeUntil()));
        out.putInt(audit.hitsByMinute().size()).putInt(0);
        for (Map.Entry<Instant, Long> minute : audit.hitsByMinute().entrySet()) {
            out.putLong(Math.floorDiv(minute.getKey().getEpochSecond(), SECONDS_PER_MINUTE))
                    .putLong(minute.getValue());
        }
        out.putInt(CRC_OFFSET, crc(out.array()));
        return out.array();
    }

    /**
     * The audit record in these bytes.
     *
     * @throws FrameFormatException when they are not a whole, undamaged audit record of a known version
     */
    public static AuditRecord decode(byte[] bytes) throws FrameFormatException {
        if (bytes.length < HEADER_BYTES || !isAudit(bytes)) {
            throw new FrameFormatException("no audit record: the magic bytes are missing, or more");
        }
        var in = ByteBuffer.wrap(bytes).position(Integer.BYTES);
        byte version = in.get();
        if (version != VERSION) {
            throw new FrameFormatException("audit record version " + version + " is not known, only " + VERSION);
        }
        byte flags = in.get();
        var epoch = new UUID(in.getLong(), in.getLong());
        long firstSeq = in.getLong();
        long lastSeq = in.getLong();
        long completeUntilMicros = in.getLong();
        int minutes = in.getInt();
        if (in.getInt() != crc(bytes)) {
            throw new FrameFormatException("the audit record's checksum does not match: damaged on the way");
        }
        if ((flags & ~FINAL) != 0 || minutes < 0 || in.remaining() != (long) minutes * MINUTE_BYTES) {
            throw new FrameFormatException(
                    "impossible header: flags " + flags + ", " + minutes + " minutes in " + in.remaining() + " bytes");
        }
        try {
            var hitsByMinute = new TreeMap<Instant, Long>();
            while (in.hasRemaining()) {
                Instant minute = Instant.ofEpochSecond(Math.multiplyExact(in.getLong(), SECONDS_PER_MINUTE));
                if (!hitsByMinute.isEmpty() && !minute.isAfter(hitsByMinute.lastKey())) {
                    throw new FrameFormatException("the audit record's minutes do not ascend");
                }
                hitsByMinute.put(minute, in.getLong());
            }
            Instant completeUntil = Instant.EPOCH.plus(completeUntilMicros, ChronoUnit.MICROS);
            return new AuditRecord(epoch, firstSeq, lastSeq, completeUntil, flags == FINAL, hitsByMinute);
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            throw new FrameFormatException("the audit record holds an impossible value", e);
        }
    }

    private static int crc(byte[] record) {
        var crc = new CRC32C();
        crc.update(record, 0, CRC_OFFSET);
        crc.update(record, HEADER_BYTES, record.length - HEADER_BYTES);
        return (int) crc.getValue();
    }
}
