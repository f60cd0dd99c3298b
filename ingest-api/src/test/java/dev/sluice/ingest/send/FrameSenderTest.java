package dev.sluice.ingest.send;

import static dev.sluice.ingest.send.FakeRecordSink.all;
import static dev.sluice.ingest.send.FakeRecordSink.hangs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.common.Frame;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.FrameFormatException;
import dev.sluice.common.RawHit;
import dev.sluice.common.TransportId;
import dev.sluice.ingest.Hits;
import dev.sluice.ingest.journal.JournalProperties;
import dev.sluice.ingest.journal.MemoryJournal;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.util.unit.DataSize;

@Timeout(60)
class FrameSenderTest {
    private final FakeRecordSink sink = new FakeRecordSink();
    private final MemoryJournal journal =
            new MemoryJournal(UUID.randomUUID(), new JournalProperties(DataSize.ofMegabytes(20), 5_000));
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final FrameSender sender = sender(Duration.ofSeconds(30));

    @AfterEach
    void noThreadIsLeft() {
        sender.stop();
        assertThat(sender.isRunning()).isFalse();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("frame-sender");
    }

    @Test
    void start_sendsWhatIsAppended_withinTheLinger() {
        sender.start();
        append(10);
        await().untilAsserted(() -> assertThat(ids()).hasSize(10));
        await().untilAsserted(() -> assertThat(journal.pendingHits()).isZero());
        append(5);
        await().untilAsserted(() -> assertThat(ids()).hasSize(15).doesNotHaveDuplicates());
    }

    @Test
    void hitsOfOneMoment_shareAFrame() {
        append(300);
        sender.start();
        await().untilAsserted(() -> assertThat(ids()).hasSize(300));
        assertThat(sink.stored()).hasSize(1);
    }

    @Test
    void stop_sendsAllThatWasAccepted_andRefusesTheRest() {
        sender.start();
        append(2_000);
        sender.stop();
        assertThat(journal.append(Hits.ofBody(1)).isCompletedExceptionally()).isTrue();
        assertThat(ids()).hasSize(2_000).doesNotHaveDuplicates();
        assertThat(journal.pendingHits()).isZero();
        assertThat(counter("sluice.ingest.given.up")).isZero();
    }

    @Test
    void stop_waitsForRetries() {
        sink.next(all(PutOutcome.FAILED)).next(all(PutOutcome.THROTTLED));
        sender.start();
        append(10);
        sender.stop();
        assertThat(ids()).hasSize(10);
    }

    @Test
    void stop_givesUpAtTheDeadline_andCountsWhatIsLost() {
        var impatient = sender(Duration.ofMillis(50));
        sink.otherwise(hangs());
        impatient.start();
        append(1_234);
        await().until(() -> !sink.calls().isEmpty());
        impatient.stop();
        assertThat(counter("sluice.ingest.given.up")).isEqualTo(1_234);
        assertThat(counter("sluice.ingest.sent") + counter("sluice.ingest.given.up"))
                .isEqualTo((double) journal.acceptedHits());
    }

    @Test
    void callsInFlight_areBounded_andTheJournalFillsBehindThem() throws Exception {
        var underWay = new AtomicInteger();
        var most = new AtomicInteger();
        var release = new CountDownLatch(1);
        sink.otherwise(records -> {
            most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            release.await();
            underWay.decrementAndGet();
            return all(PutOutcome.STORED).to(records);
        });
        sender.start();
        // Each of these has a frame, and a call, of its own.
        for (int i = 0; i < 12; i++) {
            assertThat(journal.append(Hits.ofNoise(900_000)).isCompletedExceptionally())
                    .isFalse();
        }
        await().until(() -> underWay.get() == 2);
        assertThat(journal.pendingHits()).isEqualTo(12);
        release.countDown();
        await().untilAsserted(() -> assertThat(ids()).hasSize(12));
        assertThat(most.get()).isEqualTo(2);
    }

    @Test
    void accounts_addUp_whenThirtyPercentFail() {
        var draw = new AtomicInteger(1);
        sink.otherwise(records -> records.stream()
                .map(record ->
                        draw.updateAndGet(x -> x * 48271 % 65537) % 10 < 3 ? PutOutcome.THROTTLED : PutOutcome.STORED)
                .toList());
        sender.start();
        for (int i = 0; i < 40; i++) {
            append(100);
        }
        sender.stop();
        assertThat(ids()).hasSize(4_000).doesNotHaveDuplicates();
        assertThat(counter("sluice.ingest.sent")).isEqualTo(4_000);
        assertThat(journal.pendingBytes()).isZero();
    }

    private void append(int count) {
        IntStream.range(0, count)
                .forEach(i -> assertThat(journal.append(Hits.ofBody(i)).isCompletedExceptionally())
                        .isFalse());
    }

    private FrameSender sender(Duration drainTimeout) {
        var properties = new SendProperties(
                "sluice",
                Duration.ofMillis(20),
                DataSize.ofKilobytes(200),
                500,
                DataSize.ofKilobytes(500),
                2,
                Duration.ofMillis(1),
                Duration.ofMillis(5),
                drainTimeout);
        return FrameSender.to(sink, journal, properties, new SendMetrics(registry), 0);
    }

    private List<TransportId> ids() {
        return sink.stored().stream().flatMap(FrameSenderTest::idsIn).toList();
    }

    private static Stream<TransportId> idsIn(StreamRecord record) {
        try {
            Frame frame = FrameCodec.decode(record.data());
            List<RawHit> hits = frame.hits();
            return IntStream.range(0, hits.size()).mapToObj(frame::idOf);
        } catch (FrameFormatException e) {
            throw new AssertionError(e);
        }
    }

    private double counter(String name) {
        return registry.get(name).counter().count();
    }
}
