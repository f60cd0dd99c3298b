package dev.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameCodecTest {
    private static final UUID EPOCH = UUID.fromString("7d1f6ab2-52a1-4d31-9d0a-6a60f0f3a8c1");

    private static RawHit hit(PrivacySignal signal, RawHit.Method method, byte[] body) {
        return new RawHit(
                Instant.parse("2026-11-23T10:11:12.123456Z"),
                new RawHit.Visitor(
                        "203.0.113.9", "4a0e3e5e-0000-4000-8000-000000000001", signal == PrivacySignal.GPC, signal),
                method,
                "/i",
                "e=pv&page=%F0%9F%8C%8A",
                Map.of("User-Agent", "Mozilla/5.0 ✓", "referer", ""),
                body);
    }

    private static void assertSame(RawHit actual, RawHit expected) {
        assertThat(actual).usingRecursiveComparison().isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(PrivacySignal.class)
    void decode_givesBackWhatWasEncoded(PrivacySignal signal) throws FrameFormatException {
        var hits = new ArrayList<RawHit>();
        for (RawHit.Method method : RawHit.Method.values()) {
            hits.add(hit(signal, method, "{\"e\":\"pv\"}".getBytes(StandardCharsets.UTF_8)));
        }
        Frame frame = FrameCodec.decode(FrameCodec.encode(new Frame(EPOCH, 42, hits)));

        assertThat(frame.epoch()).isEqualTo(EPOCH);
        assertThat(frame.idOf(2)).isEqualTo(new TransportId(EPOCH, 44));
        assertThat(frame.hits()).hasSize(hits.size());
        for (int i = 0; i < hits.size(); i++) {
            assertSame(frame.hits().get(i), hits.get(i));
        }
    }

    @Test
    void header_isAsDocumented() {
        byte[] bytes = FrameCodec.encode(
                new Frame(EPOCH, 7, List.of(hit(PrivacySignal.NONE, RawHit.Method.GET, new byte[0]))));
        assertThat(new String(bytes, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("SLUC");
        assertThat(bytes[4]).isEqualTo((byte) 1);
        var buffer = ByteBuffer.wrap(bytes);
        assertThat(new UUID(buffer.getLong(6), buffer.getLong(14))).isEqualTo(EPOCH);
        assertThat(buffer.getLong(22)).isEqualTo(7);
        assertThat(buffer.getInt(30)).isEqualTo(1);
    }

    @Test
    void encode_compressesAlikeHits() {
        var hits = new ArrayList<RawHit>();
        for (int i = 0; i < 200; i++) {
            hits.add(hit(PrivacySignal.NONE, RawHit.Method.GET, new byte[0]));
        }
        assertThat(FrameCodec.encode(new Frame(EPOCH, 0, hits)).length).isLessThan(200 * 50);
    }

    @Test
    void encode_neverExceedsTheAnnouncedSize_whenBytesDoNotCompress() {
        byte[] noise = new byte[1_000_000];
        new Random(7).nextBytes(noise);
        RawHit hit = hit(PrivacySignal.NONE, RawHit.Method.POST, noise);
        assertThat(FrameCodec.encode(new Frame(EPOCH, 0, List.of(hit))).length)
                .isLessThanOrEqualTo(
                        FrameCodec.HEADER_BYTES + FrameCodec.encodeHit(hit).size())
                .isLessThan(KinesisLimits.RECORD_MAX_BYTES);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void decode_refusesAnyDamage(long seed) {
        byte[] whole = FrameCodec.encode(new Frame(
                EPOCH,
                9,
                List.of(hit(PrivacySignal.DNT, RawHit.Method.POST, "body".getBytes(StandardCharsets.UTF_8)))));
        var random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            assertThatThrownBy(() -> FrameCodec.decode(damaged)).isInstanceOf(FrameFormatException.class);
        }
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> FrameCodec.decode(cut)).isInstanceOf(FrameFormatException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void decode_refusesForgedPayloadsWithARightChecksum(long seed) {
        byte[] whole = FrameCodec.encode(new Frame(
                EPOCH,
                9,
                List.of(hit(PrivacySignal.NONE, RawHit.Method.POST, "body".getBytes(StandardCharsets.UTF_8)))));
        var random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            byte[] forged = whole.clone();
            for (int n = 0; n < 3; n++) {
                forged[random.nextInt(forged.length)] = (byte) random.nextInt(256);
            }
            var crc = new CRC32C();
            crc.update(forged, 0, 38);
            crc.update(forged, FrameCodec.HEADER_BYTES, forged.length - FrameCodec.HEADER_BYTES);
            ByteBuffer.wrap(forged).putInt(38, (int) crc.getValue());
            try {
                FrameCodec.decode(forged);
            } catch (FrameFormatException expected) {
                assertThat(expected).hasMessageNotContaining("body");
            }
        }
    }

    @Test
    void decode_refusesAFrameThatClaimsToBeHuge() {
        byte[] bytes = FrameCodec.encode(
                new Frame(EPOCH, 7, List.of(hit(PrivacySignal.NONE, RawHit.Method.GET, new byte[0]))));
        ByteBuffer.wrap(bytes).putInt(34, Integer.MAX_VALUE);
        var crc = new CRC32C();
        crc.update(bytes, 0, 38);
        crc.update(bytes, FrameCodec.HEADER_BYTES, bytes.length - FrameCodec.HEADER_BYTES);
        ByteBuffer.wrap(bytes).putInt(38, (int) crc.getValue());
        assertThatThrownBy(() -> FrameCodec.decode(bytes))
                .isInstanceOf(FrameFormatException.class)
                .hasMessageContaining("impossible header");
    }
}
