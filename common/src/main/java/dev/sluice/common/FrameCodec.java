package dev.sluice.common;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Frames to bytes and back: the only class that knows the wire format and its version. Stateless and thread-safe.
 *
 * <p>A frame is a header of {@value #HEADER_BYTES} bytes, big-endian, and a payload:
 *
 * <pre>
 * offset  bytes  what
 *      0      4  magic "SLUC"
 *      4      1  version, 1
 *      5      1  codec of the payload: 0 stored, 1 zstd
 *      6     16  epoch (UUID, most significant half first)
 *     22      8  sequence number of the first hit
 *     30      4  number of hits, 1 or more
 *     34      4  payload bytes before compression
 *     38      4  CRC32C of the bytes 0..37 and of the payload as stored
 *     42      -  payload
 * </pre>
 *
 * The payload is the hits one after the other. A hit: received_at as microseconds since 1970 (8 bytes), flags (1 byte: bits 0-1
 * the method, bit 2 anonymous, bits 3-4 the privacy signal), then ip, network id, path and query as strings, the number of headers
 * (varint) with name and value as strings, and the body. A string is a varint of its UTF-8 bytes and the bytes; the body likewise.
 */
public final class FrameCodec {
    public static final int HEADER_BYTES = 42;
    /** A frame that claims to hold more than this is refused: a bomb, not traffic. */
    public static final int MAX_PAYLOAD_BYTES = 64 * 1024 * 1024;

    private static final int MAGIC = 0x534C5543;
    private static final byte VERSION = 1;
    private static final byte STORED = 0;
    private static final byte ZSTD = 1;
    /** Level 1 costs a quarter less CPU than the default and 4 % more bytes on real page views. */
    private static final int ZSTD_LEVEL = 1;

    private static final int CRC_OFFSET = 38;
    private static final int MOST_HEADERS = 1000;
    // What the flag bits mean, by position: part of the format, so never reorder, only append.
    private static final List<RawHit.Method> METHODS =
            List.of(RawHit.Method.GET, RawHit.Method.HEAD, RawHit.Method.POST);
    private static final List<PrivacySignal> SIGNALS =
            List.of(PrivacySignal.NONE, PrivacySignal.DNT, PrivacySignal.GPC, PrivacySignal.OPTOUT);

    private FrameCodec() {}

    /** The frame as bytes. */
    public static byte[] encode(Frame frame) {
        return encode(
                frame.epoch(),
                frame.firstSeq(),
                frame.hits().stream().map(FrameCodec::encodeHit).toList());
    }

    /**
     * The frame of these hits as bytes: never larger than {@link #HEADER_BYTES} and the sizes of its hits.
     *
     * @param hits at least one, with consecutive sequence numbers
     */
    public static byte[] encode(UUID epoch, long firstSeq, List<EncodedHit> hits) {
        byte[] plain = concatenated(hits);
        byte[] packed = Zstd.compress(plain, ZSTD_LEVEL);
        boolean smaller = packed.length < plain.length;
        byte[] stored = smaller ? packed : plain;

        var out = ByteBuffer.allocate(HEADER_BYTES + stored.length).order(ByteOrder.BIG_ENDIAN);
        out.putInt(MAGIC).put(VERSION).put(smaller ? ZSTD : STORED);
        out.putLong(epoch.getMostSignificantBits()).putLong(epoch.getLeastSignificantBits());
        out.putLong(firstSeq).putInt(hits.size()).putInt(plain.length);
        out.putInt(0).put(stored);
        out.putInt(CRC_OFFSET, crc(out.array()));
        return out.array();
    }

    private static byte[] concatenated(List<EncodedHit> hits) {
        int size = 0;
        for (EncodedHit hit : hits) {
            size = Math.addExact(size, hit.size());
        }
        byte[] plain = new byte[size];
        int at = 0;
        for (EncodedHit hit : hits) {
            System.arraycopy(hit.bytes(), 0, plain, at, hit.size());
            at += hit.size();
        }
        return plain;
    }

    /** The hit as a frame's payload holds it. */
    public static EncodedHit encodeHit(RawHit hit) {
        var out = new ByteArrayOutputStream((int) Math.min(hit.weight(), 1 << 21));
        writeHit(out, hit);
        return new EncodedHit(out.toByteArray());
    }

    /**
     * The frame in these bytes.
     *
     * @throws FrameFormatException when they are not a whole, undamaged frame of a known version
     */
    public static Frame decode(byte[] bytes) throws FrameFormatException {
        if (bytes.length < HEADER_BYTES) {
            throw new FrameFormatException("shorter than a frame's header: " + bytes.length + " bytes");
        }
        var in = ByteBuffer.wrap(bytes).order(ByteOrder.BIG_ENDIAN);
        if (in.getInt() != MAGIC) {
            throw new FrameFormatException("no frame: the magic bytes are missing");
        }
        byte version = in.get();
        if (version != VERSION) {
            throw new FrameFormatException("frame version " + version + " is not known, only " + VERSION);
        }
        byte codec = in.get();
        var epoch = new UUID(in.getLong(), in.getLong());
        long firstSeq = in.getLong();
        int count = in.getInt();
        int plainLength = in.getInt();
        int crc = in.getInt();
        if (crc != crc(bytes)) {
            throw new FrameFormatException("the frame's checksum does not match: damaged on the way");
        }
        if (count < 1 || firstSeq < 0 || plainLength < 0 || plainLength > MAX_PAYLOAD_BYTES) {
            throw new FrameFormatException(
                    "impossible header: " + count + " hits from " + firstSeq + " in " + plainLength + " bytes");
        }
        ByteBuffer payload = ByteBuffer.wrap(payload(bytes, codec, plainLength)).order(ByteOrder.BIG_ENDIAN);
        try {
            var hits = new ArrayList<RawHit>(Math.min(count, 10_000));
            for (int i = 0; i < count; i++) {
                hits.add(readHit(payload));
            }
            if (payload.hasRemaining()) {
                throw new FrameFormatException(payload.remaining() + " bytes left over after " + count + " hits");
            }
            return new Frame(epoch, firstSeq, hits);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new FrameFormatException("the payload ends early or holds an impossible value", e);
        }
    }

    private static int crc(byte[] frame) {
        var crc = new CRC32C();
        crc.update(frame, 0, CRC_OFFSET);
        crc.update(frame, HEADER_BYTES, frame.length - HEADER_BYTES);
        return (int) crc.getValue();
    }

    private static byte[] payload(byte[] frame, byte codec, int plainLength) throws FrameFormatException {
        byte[] stored = Arrays.copyOfRange(frame, HEADER_BYTES, frame.length);
        byte[] plain = switch (codec) {
            case STORED -> stored;
            case ZSTD -> unpack(stored, plainLength);
            default -> throw new FrameFormatException("codec " + codec + " is not known");
        };
        if (plain.length != plainLength) {
            throw new FrameFormatException("payload of " + plain.length + " bytes instead of " + plainLength);
        }
        return plain;
    }

    private static byte[] unpack(byte[] stored, int plainLength) throws FrameFormatException {
        try {
            return Zstd.decompress(stored, plainLength);
        } catch (ZstdException e) {
            throw new FrameFormatException("the payload does not decompress", e);
        }
    }

    private static void writeHit(ByteArrayOutputStream out, RawHit hit) {
        Instant at = hit.receivedAt();
        long micros = Math.addExact(Math.multiplyExact(at.getEpochSecond(), 1_000_000L), at.getNano() / 1_000);
        for (int shift = 56; shift >= 0; shift -= 8) {
            out.write((int) (micros >>> shift));
        }
        RawHit.Visitor visitor = hit.visitor();
        out.write(METHODS.indexOf(hit.method())
                | (visitor.anonymous() ? 4 : 0)
                | (SIGNALS.indexOf(visitor.privacySignal()) << 3));
        writeString(out, visitor.ip());
        writeString(out, visitor.networkId());
        writeString(out, hit.path());
        writeString(out, hit.query());
        writeVarint(out, hit.headers().size());
        hit.headers().forEach((name, value) -> {
            writeString(out, name);
            writeString(out, value);
        });
        writeBytes(out, hit.body());
    }

    private static RawHit readHit(ByteBuffer in) throws FrameFormatException {
        long micros = in.getLong();
        var at = Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
        int flags = in.get();
        int method = flags & 3;
        if (method >= METHODS.size() || flags >>> 5 != 0) {
            throw new FrameFormatException("flags " + flags + " are not known");
        }
        var visitor = new RawHit.Visitor(readString(in), readString(in), (flags & 4) != 0, SIGNALS.get(flags >>> 3));
        String path = readString(in);
        String query = readString(in);
        Map<String, String> headers = readHeaders(in);
        return new RawHit(at, visitor, METHODS.get(method), path, query, headers, readBytes(in));
    }

    private static Map<String, String> readHeaders(ByteBuffer in) throws FrameFormatException {
        int count = readVarint(in);
        if (count > MOST_HEADERS) {
            throw new FrameFormatException(count + " headers in one hit");
        }
        var headers = new LinkedHashMap<String, String>();
        for (int i = 0; i < count; i++) {
            headers.put(readString(in), readString(in));
        }
        return headers;
    }

    private static void writeString(ByteArrayOutputStream out, String value) {
        writeBytes(out, value.getBytes(StandardCharsets.UTF_8));
    }

    private static String readString(ByteBuffer in) throws FrameFormatException {
        return new String(readBytes(in), StandardCharsets.UTF_8);
    }

    private static void writeBytes(ByteArrayOutputStream out, byte[] value) {
        writeVarint(out, value.length);
        out.writeBytes(value);
    }

    private static byte[] readBytes(ByteBuffer in) throws FrameFormatException {
        int length = readVarint(in);
        if (length > in.remaining()) {
            throw new FrameFormatException("a value of " + length + " bytes in a rest of " + in.remaining());
        }
        byte[] value = new byte[length];
        in.get(value);
        return value;
    }

    private static void writeVarint(ByteArrayOutputStream out, int value) {
        int rest = value;
        while (rest >= 0x80) {
            out.write((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }

    private static int readVarint(ByteBuffer in) throws FrameFormatException {
        long value = 0;
        for (int shift = 0; shift <= 28; shift += 7) {
            int part = in.get();
            value |= (long) (part & 0x7F) << shift;
            if (part >= 0) {
                if (value > Integer.MAX_VALUE) {
                    break;
                }
                return (int) value;
            }
        }
        throw new FrameFormatException("a length that no value can have");
    }
}
