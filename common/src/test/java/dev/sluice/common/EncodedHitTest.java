package dev.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EncodedHitTest {
    private static final Instant AT = Instant.parse("2026-11-23T10:11:12.123456Z");

    @Test
    void receivedNoEarlierThan_changesNothingButTheTime() throws FrameFormatException {
        var visitor = new RawHit.Visitor("203.0.113.9", "id", false, PrivacySignal.NONE);
        var hit = new RawHit(AT, visitor, RawHit.Method.GET, "/i", "e=pv", Map.of("referer", "x"), new byte[] {1});
        EncodedHit encoded = FrameCodec.encodeHit(hit);
        assertThat(encoded.receivedNoEarlierThan(encoded.receivedAtMicros())).isSameAs(encoded);

        EncodedHit later = encoded.receivedNoEarlierThan(encoded.receivedAtMicros() + 5);
        assertThat(encoded.receivedAt()).as("the one it was made of").isEqualTo(AT);
        RawHit read = FrameCodec.decode(FrameCodec.encode(UUID.randomUUID(), 0, List.of(later)))
                .hits()
                .getFirst();
        assertThat(read)
                .usingRecursiveComparison()
                .isEqualTo(new RawHit(
                        AT.plusNanos(5_000),
                        visitor,
                        hit.method(),
                        hit.path(),
                        hit.query(),
                        hit.headers(),
                        hit.body()));
    }
}
