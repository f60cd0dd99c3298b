package dev.sluice.ingest.send;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.Frame;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.KinesisLimits;
import dev.sluice.common.RawHit;
import dev.sluice.common.TransportId;
import dev.sluice.ingest.Hits;
import dev.sluice.ingest.journal.HitRange;
import dev.sluice.ingest.journal.JournalEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FrameBuilderTest {
    private static final UUID EPOCH = new UUID(1, 1);

    @Test
    void flush_givesAllHitsUnderTheirIds() throws Exception {
        var builder = new FrameBuilder(10_000, 10);
        assertThat(builder.add(entry(7, Hits.ofBody(1)))).isEmpty();
        assertThat(builder.add(entry(8, Hits.ofBody(2)))).isEmpty();
        HitFrame packed = builder.flush().orElseThrow();
        assertThat(packed.range()).isEqualTo(new HitRange(EPOCH, 7, 2));
        assertThat(builder.flush()).isEmpty();
        Frame frame = FrameCodec.decode(
                EncodedFrame.of(packed, new Random(1)).record().data());
        assertThat(frame.epoch()).isEqualTo(EPOCH);
        assertThat(frame.firstSeq()).isEqualTo(7);
        assertThat(frame.hits()).extracting(hit -> hit.body().length).containsExactly(1, 2);
    }

    @Test
    void add_closesAtTheCount() {
        var builder = new FrameBuilder(1_000_000, 2);
        assertThat(builder.add(entry(0, Hits.ofBody(1)))).isEmpty();
        assertThat(builder.add(entry(1, Hits.ofBody(1)))).isEmpty();
        assertThat(builder.add(entry(2, Hits.ofBody(1))).orElseThrow().hits()).hasSize(2);
        assertThat(builder.flush().orElseThrow().first().seq()).isEqualTo(2);
    }

    @Test
    void add_closesBeforeTheBytesAreExceeded() {
        var builder = new FrameBuilder(3_000, 100);
        assertThat(builder.add(entry(0, Hits.ofBody(1_400)))).isEmpty();
        assertThat(builder.add(entry(1, Hits.ofBody(1_400)))).isEmpty();
        assertThat(builder.add(entry(2, Hits.ofBody(1_400))).orElseThrow().hits())
                .hasSize(2);
    }

    @Test
    void add_closesWhereIdsHaveAGapOrAnotherEpoch() {
        var builder = new FrameBuilder(1_000_000, 100);
        assertThat(builder.add(entry(0, Hits.ofBody(1)))).isEmpty();
        assertThat(builder.add(entry(2, Hits.ofBody(1))).orElseThrow().first().seq())
                .isZero();
        var other = new JournalEntry(new TransportId(new UUID(2, 2), 3), Hits.encoded(1));
        assertThat(builder.add(other).orElseThrow().first().seq()).isEqualTo(2);
        assertThat(builder.flush().orElseThrow().first().epoch()).isEqualTo(new UUID(2, 2));
    }

    @Test
    void add_givesAHitLargerThanAFrameOneOfItsOwn() {
        var builder = new FrameBuilder(1_000, 100);
        assertThat(builder.add(entry(0, Hits.ofBody(1)))).isEmpty();
        assertThat(builder.add(entry(1, Hits.ofBody(5_000)))).isPresent();
        assertThat(builder.add(entry(2, Hits.ofBody(1))).orElseThrow().hits()).hasSize(1);
    }

    /** Largest target, sizes around every border, nothing compresses: no record may exceed the service's limit. */
    @Test
    void records_neverExceedTheLimit_evenWhenNothingCompresses() {
        var random = new Random(42);
        var builder = new FrameBuilder(FrameBuilder.MOST_HIT_BYTES, 100_000);
        var frames = new ArrayList<HitFrame>();
        long hits = 0;
        for (; hits < 60; hits++) {
            builder.add(entry(hits, Hits.ofNoise(1 + random.nextInt(600_000)))).ifPresent(frames::add);
        }
        builder.flush().ifPresent(frames::add);
        assertThat(frames.stream().mapToInt(frame -> frame.hits().size()).sum()).isEqualTo((int) hits);
        for (HitFrame frame : frames) {
            assertThat(EncodedFrame.of(frame, random).record().size())
                    .isLessThanOrEqualTo(KinesisLimits.RECORD_MAX_BYTES);
        }
    }

    @Test
    void fits_isExactAtTheRecordsLimit() {
        int overhead = FrameCodec.encodeHit(Hits.ofNoise(1_000_000)).size() - 1_000_000;
        int most = FrameBuilder.MOST_HIT_BYTES - overhead;
        assertThat(FrameBuilder.fits(FrameCodec.encodeHit(Hits.ofNoise(most)))).isTrue();
        assertThat(FrameBuilder.fits(FrameCodec.encodeHit(Hits.ofNoise(most + 1))))
                .isFalse();
        var frame = new HitFrame(new TransportId(EPOCH, 0), List.of(FrameCodec.encodeHit(Hits.ofNoise(most))));
        assertThat(EncodedFrame.of(frame, new Random(1)).record().size()).isEqualTo(KinesisLimits.RECORD_MAX_BYTES);
    }

    @Test
    void fits_theLargestBodyWithHeadersAsLargeAsTheServerTakes() {
        RawHit hit = Hits.of(Hits.ofNoise(1_000_000).body(), Map.of("user-agent", "é".repeat(16 * 1024)));
        assertThat(RecordLimits.fits(FrameCodec.encodeHit(hit))).isTrue();
    }

    private static JournalEntry entry(long seq, RawHit hit) {
        return new JournalEntry(new TransportId(EPOCH, seq), FrameCodec.encodeHit(hit));
    }
}
