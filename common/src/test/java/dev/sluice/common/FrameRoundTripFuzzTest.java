package dev.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;

/** What is written is read again as it was, and with any byte of it changed it is refused. */
class FrameRoundTripFuzzTest {
    /** Half a surrogate pair has no UTF-8; the edge never makes one. */
    private static String text(FuzzedDataProvider data) {
        byte[] utf8 = data.consumeString(60).getBytes(StandardCharsets.UTF_8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static RawHit hit(FuzzedDataProvider data) {
        // Microseconds of some 29,000 years around 1970.
        long micros = data.consumeLong(-900_000_000_000_000_000L, 900_000_000_000_000_000L);
        var at = Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
        var visitor = new RawHit.Visitor(
                text(data), text(data), data.consumeBoolean(), data.pickValue(PrivacySignal.values()));
        var headers = new HashMap<String, String>();
        for (int i = data.consumeInt(0, 3); i > 0; i--) {
            headers.put(text(data), text(data));
        }
        return new RawHit(
                at,
                visitor,
                data.pickValue(RawHit.Method.values()),
                text(data),
                text(data),
                headers,
                data.consumeBytes(300));
    }

    @FuzzTest(maxDuration = "20s")
    void decode_givesBackWhatWasEncoded_orRefusesIt(FuzzedDataProvider data) throws FrameFormatException {
        int at = data.consumeInt(0, 4_000);
        byte flip = data.consumeByte((byte) 1, Byte.MAX_VALUE);
        var epoch = new UUID(data.consumeLong(), data.consumeLong());
        long firstSeq = data.consumeLong(0, Long.MAX_VALUE);
        List<RawHit> hits = new ArrayList<>();
        do {
            hits.add(hit(data));
        } while (hits.size() < 5 && data.remainingBytes() > 0);
        var frame = new Frame(epoch, firstSeq, hits);

        byte[] bytes = FrameCodec.encode(frame);
        assertThat(bytes.length)
                .isLessThanOrEqualTo(FrameCodec.HEADER_BYTES
                        + hits.stream()
                                .mapToInt(hit -> FrameCodec.encodeHit(hit).size())
                                .sum());
        assertThat(FrameCodec.decode(bytes)).usingRecursiveComparison().isEqualTo(frame);

        bytes[at % bytes.length] ^= flip;
        assertThatThrownBy(() -> FrameCodec.decode(bytes)).isInstanceOf(FrameFormatException.class);
    }
}
