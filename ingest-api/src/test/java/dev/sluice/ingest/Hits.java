package dev.sluice.ingest;

import dev.sluice.common.EncodedHit;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.PrivacySignal;
import dev.sluice.common.RawHit;
import java.time.Instant;
import java.util.Map;
import java.util.Random;

/** Hits for tests. */
public final class Hits {
    private static final RawHit.Visitor VISITOR =
            new RawHit.Visitor("192.0.2.1", "5e9b2e1a-0000-4000-8000-000000000001", false, PrivacySignal.NONE);

    /** When all of them were received. */
    public static final Instant RECEIVED = Instant.ofEpochSecond(1_795_000_000);

    private Hits() {}

    /** A hit with a body of that many zero bytes. */
    public static RawHit ofBody(int bytes) {
        return of(new byte[bytes], Map.of());
    }

    /** A hit with a body of that many bytes that do not compress. */
    public static RawHit ofNoise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(bytes).nextBytes(noise);
        return of(noise, Map.of());
    }

    /** A hit with a body of that many zero bytes, as the journal takes it. */
    public static EncodedHit encoded(int bytes) {
        return FrameCodec.encodeHit(ofBody(bytes));
    }

    /** A small hit that was received then, as the journal takes it. */
    public static EncodedHit receivedAt(Instant time) {
        return FrameCodec.encodeHit(new RawHit(time, VISITOR, RawHit.Method.GET, "/i", "e=pv", Map.of(), new byte[0]));
    }

    public static RawHit of(byte[] body, Map<String, String> headers) {
        return new RawHit(RECEIVED, VISITOR, RawHit.Method.POST, "/tp2", "", headers, body);
    }
}
