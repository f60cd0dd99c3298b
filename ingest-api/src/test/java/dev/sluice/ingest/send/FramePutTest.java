package dev.sluice.ingest.send;

import static dev.sluice.ingest.send.FakeRecordSink.all;
import static dev.sluice.ingest.send.FakeRecordSink.allBut;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.common.Backoff;
import dev.sluice.common.Frame;
import dev.sluice.common.TransportId;
import dev.sluice.ingest.Hits;
import dev.sluice.ingest.journal.JournalProperties;
import dev.sluice.ingest.journal.MemoryJournal;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class FramePutTest {
    private static final UUID EPOCH = new UUID(1, 1);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

    private final FakeRecordSink sink = new FakeRecordSink();
    private final MemoryJournal journal = new MemoryJournal(EPOCH, new JournalProperties(DataSize.ofMegabytes(2), 100));
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<Duration> slept = new ArrayList<>();
    private final FramePut framePut = new FramePut(
            sink,
            journal,
            new FramePut.Pace(BACKOFF, new Random(7), slept::add),
            new SendMetrics(registry),
            new SinkWatch(() -> 0));

    @Test
    void send_repeatsOnlyTheMiddleOne_whenItFailsTwice() throws Exception {
        List<EncodedFrame> frames = frames(3);
        sink.next(allBut(PutOutcome.THROTTLED, 1)).next(all(PutOutcome.FAILED));

        framePut.send(frames);

        StreamRecord middle = frames.get(1).record();
        assertThat(sink.calls()).hasSize(3);
        assertThat(sink.calls().get(1)).containsExactly(middle);
        assertThat(sink.calls().get(2)).containsExactly(middle);
        assertThat(sink.stored()).hasSize(3).doesNotHaveDuplicates();
        assertThat(journal.pendingHits()).isZero();
        assertThat(journal.pendingBytes()).isZero();
        assertThat(slept).hasSize(2);
        assertThat(slept.get(0)).isLessThanOrEqualTo(Duration.ofMillis(100));
        assertThat(slept.get(1)).isLessThanOrEqualTo(Duration.ofMillis(200));
        assertThat(results("stored")).isEqualTo(3);
        assertThat(results("throttled")).isEqualTo(1);
        assertThat(results("failed")).isEqualTo(1);
        assertThat(registry.get("sluice.kinesis.put.retries").counter().count()).isEqualTo(2);
        assertThat(registry.get("sluice.ingest.sent").counter().count()).isEqualTo(3);
    }

    @Test
    void send_releasesWhatIsStoredAtOnce_beforeTheRestIs() throws Exception {
        sink.next(allBut(PutOutcome.FAILED, 0)).next(records -> {
            assertThat(journal.pendingHits()).isEqualTo(1);
            return List.of(PutOutcome.STORED);
        });
        framePut.send(frames(3));
        assertThat(journal.pendingHits()).isZero();
    }

    @Test
    void send_asksSlowly_whenTheServiceRefuses() throws Exception {
        sink.next(all(PutOutcome.REFUSED)).next(all(PutOutcome.REFUSED));
        framePut.send(frames(1));
        assertThat(slept).containsExactly(BACKOFF.most(), BACKOFF.most());
    }

    @Test
    void send_losesNothing_whenTheSinkItselfIsFaulty() throws Exception {
        sink.next(records -> {
                    throw new IllegalStateException("a fault in the sink");
                })
                .next(records -> List.of());
        framePut.send(frames(2));
        assertThat(sink.stored()).hasSize(2);
        assertThat(results("failed")).isEqualTo(4);
    }

    @Test
    void send_goesOnForHours_withoutAHotLoop() throws Exception {
        for (int i = 0; i < 2_000; i++) {
            sink.next(all(PutOutcome.FAILED));
        }
        framePut.send(frames(1));
        assertThat(sink.stored()).hasSize(1);
        assertThat(slept.stream().reduce(Duration.ZERO, Duration::plus)).isGreaterThan(Duration.ofMinutes(60));
    }

    @Test
    void send_endsWithoutReleasing_whenInterrupted() {
        sink.next(records -> {
            throw new InterruptedException();
        });
        List<EncodedFrame> frames = frames(2);
        assertThatThrownBy(() -> framePut.send(frames)).isInstanceOf(InterruptedException.class);
        assertThat(journal.pendingHits()).isEqualTo(2);
    }

    private double results(String result) {
        return registry.get("sluice.kinesis.put.records")
                .tag("result", result)
                .counter()
                .count();
    }

    private List<EncodedFrame> frames(int count) {
        var frames = new ArrayList<EncodedFrame>();
        for (int i = 0; i < count; i++) {
            TransportId id = journal.append(Hits.ofBody(i)).join();
            frames.add(EncodedFrame.of(new Frame(id.epoch(), id.seq(), List.of(Hits.ofBody(i))), new Random(i)));
        }
        return frames;
    }
}
