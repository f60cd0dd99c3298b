package dev.sluice.common;

import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * One hit as a frame's payload holds it. Made once, when the hit is accepted, and then passed on from the journal to the frame
 * as it is, so that no hit is encoded twice. Immutable; the array is not copied and must not be changed by anyone.
 *
 * @param bytes as {@link FrameCodec#encodeHit} made them
 */
public record EncodedHit(byte[] bytes) {
    /** What the object and its place in a queue cost besides the bytes. */
    private static final long OVERHEAD = 96;

    /** What it adds to a frame, in bytes, before compression. */
    public int size() {
        return bytes.length;
    }

    /** About how many bytes of heap it holds: what buffers bound. */
    public long weight() {
        return OVERHEAD + bytes.length;
    }

    /** The hit's {@link RawHit#receivedAt()} as microseconds since 1970. */
    public long receivedAtMicros() {
        return ByteBuffer.wrap(bytes).getLong();
    }

    /** The hit's {@link RawHit#receivedAt()}. */
    public Instant receivedAt() {
        long micros = receivedAtMicros();
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
    }

    /** This hit, or, when it was received before that, the same as received then. */
    public EncodedHit receivedNoEarlierThan(long micros) {
        if (receivedAtMicros() >= micros) {
            return this;
        }
        byte[] later = bytes.clone();
        ByteBuffer.wrap(later).putLong(micros);
        return new EncodedHit(later);
    }
}
