package dev.sluice.ingest.send;

import static dev.sluice.ingest.send.FakeRecordSink.all;
import static dev.sluice.ingest.send.FakeRecordSink.allBut;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.common.Backoff;
import dev.sluice.common.TransportId;
import dev.sluice.ingest.Hits;
import dev.sluice.ingest.journal.OpenJournal;
import dev.sluice.ingest.journal.SegmentJournal;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FramePutTest {
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

    private final FakeRecordSink sink = new FakeRecordSink();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<Duration> slept = new ArrayList<>();
    private final CallWindow window = new CallWindow(4);
    private final OpenJournal open;
    private final SegmentJournal journal;
    private final FramePut framePut;

    FramePutTest(@TempDir Path folder) {
        open = OpenJournal.in(folder);
        journal = open.journal;
        framePut = new FramePut(
                sink,
                journal,
                new FramePut.Pace(BACKOFF, new Random(7), slept::add),
                new SendMetrics(registry, InstantSource.system()),
                new SinkWatch(() -> 0));
    }

    @AfterEach
    void close() {
        open.close();
    }

    @Test
    void send_repeatsOnlyTheMiddleOne_whenItFailsTwice() throws Exception {
        List<EncodedFrame> frames = frames(3);
        sink.next(allBut(PutOutcome.THROTTLED, 1)).next(all(PutOutcome.FAILED));

        framePut.send(frames, window);

        byte[] middle = frames.get(1).record().data();
        assertThat(sink.calls()).hasSize(3);
        assertThat(sink.calls().get(1)).extracting(StreamRecord::data).containsExactly(middle);
        assertThat(sink.calls().get(2)).extracting(StreamRecord::data).containsExactly(middle);
        assertThat(sink.calls().stream().flatMap(List::stream).map(StreamRecord::partitionKey))
                .as("each try has a key of its own, so that no shard is waited for")
                .doesNotHaveDuplicates();
        assertThat(sink.stored()).hasSize(3).doesNotHaveDuplicates();
        assertThat(journal.standing().pendingHits()).isZero();
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
            assertThat(journal.standing().pendingHits()).isEqualTo(1);
            return List.of(PutOutcome.STORED);
        });
        framePut.send(frames(3), window);
        assertThat(journal.standing().pendingHits()).isZero();
    }

    @Test
    void send_asksSlowly_whenTheServiceRefuses() throws Exception {
        sink.next(all(PutOutcome.REFUSED)).next(all(PutOutcome.REFUSED));
        framePut.send(frames(1), window);
        assertThat(slept).containsExactly(BACKOFF.most(), BACKOFF.most());
    }

    @Test
    void send_losesNothing_whenTheSinkItselfIsFaulty() throws Exception {
        sink.next(records -> {
                    throw new IllegalStateException("a fault in the sink");
                })
                .next(records -> List.of());
        framePut.send(frames(2), window);
        assertThat(sink.stored()).hasSize(2);
        assertThat(results("failed")).isEqualTo(4);
    }

    @Test
    void send_goesOnForHours_withoutAHotLoop() throws Exception {
        for (int i = 0; i < 2_000; i++) {
            sink.next(all(PutOutcome.FAILED));
        }
        framePut.send(frames(1), window);
        assertThat(sink.stored()).hasSize(1);
        assertThat(slept.stream().reduce(Duration.ZERO, Duration::plus)).isGreaterThan(Duration.ofMinutes(60));
    }

    @Test
    void send_endsWithoutReleasing_whenInterrupted() {
        sink.next(records -> {
            throw new InterruptedException();
        });
        List<EncodedFrame> frames = frames(2);
        assertThatThrownBy(() -> framePut.send(frames, window)).isInstanceOf(InterruptedException.class);
        assertThat(journal.standing().pendingHits()).isEqualTo(2);
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
            TransportId id = open.append(Hits.encoded(i));
            frames.add(EncodedFrame.of(new HitFrame(id, List.of(Hits.encoded(i))), new Random(i)));
        }
        return frames;
    }
}
