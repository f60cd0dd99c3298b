package dev.sluice.ingest.send;

import static dev.sluice.ingest.send.FakeRecordSink.all;
import static dev.sluice.ingest.send.FakeRecordSink.hangs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.common.AuditRecord;
import dev.sluice.common.Frame;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.FrameFormatException;
import dev.sluice.common.RawHit;
import dev.sluice.common.TransportId;
import dev.sluice.ingest.Hits;
import dev.sluice.ingest.journal.OpenJournal;
import dev.sluice.ingest.journal.SegmentJournal;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

@Timeout(60)
class FrameSenderTest {
    private final FakeRecordSink sink = new FakeRecordSink();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final OpenJournal open;
    private final SegmentJournal journal;
    private final FrameSender sender;

    FrameSenderTest(@TempDir Path folder) {
        open = OpenJournal.in(folder);
        journal = open.journal;
        sender = sender(Duration.ofSeconds(30));
    }

    @AfterEach
    void noThreadIsLeft() {
        sender.stop();
        open.close();
        assertThat(sender.isRunning()).isFalse();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("frame-sender", "journal-committer");
    }

    @Test
    void start_sendsWhatIsAppended_withinTheLinger() {
        sender.start();
        append(10);
        await().untilAsserted(() -> assertThat(ids()).hasSize(10));
        await().untilAsserted(() -> assertThat(journal.standing().pendingHits()).isZero());
        append(5);
        await().untilAsserted(() -> assertThat(ids()).hasSize(15).doesNotHaveDuplicates());
    }

    @Test
    void hitsOfOneMoment_shareAFrame() {
        append(300);
        sender.start();
        await().untilAsserted(() -> assertThat(ids()).hasSize(300));
        assertThat(sink.frames()).hasSize(1);
    }

    @Test
    void stop_sendsAllThatWasAccepted_andRefusesTheRest() {
        sender.start();
        append(2_000);
        sender.stop();
        assertThat(journal.append(Hits.encoded(1)).isCompletedExceptionally()).isTrue();
        assertThat(ids()).hasSize(2_000).doesNotHaveDuplicates();
        assertThat(journal.standing().pendingHits()).isZero();
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
    void stop_leavesTheRestInTheJournal_whenTheDeadlineIsOver() throws Exception {
        var impatient = sender(Duration.ofMillis(50));
        sink.otherwise(hangs());
        impatient.start();
        append(1_234);
        await().until(() -> !sink.calls().isEmpty());
        impatient.stop();
        assertThat(journal.standing().pendingHits()).isEqualTo(1_234);
        assertThat(counter("sluice.ingest.sent")).isZero();
    }

    @Test
    void backlogOfAnEarlierStart_isSentUnderItsOwnIds_besideWhatComesIn(@TempDir Path other) throws Exception {
        List<TransportId> before;
        try (var earlier = OpenJournal.in(other)) {
            before =
                    IntStream.range(0, 3_000)
                            .mapToObj(i -> earlier.journal.append(Hits.encoded(i % 100)))
                            .toList()
                            .stream()
                            .map(CompletableFuture::join)
                            .toList();
        }
        try (var now = OpenJournal.in(other)) {
            var live = FrameSender.to(sink, now.journal, properties(Duration.ofSeconds(30)), metrics(), 0);
            live.start();
            TransportId fresh = now.append(Hits.encoded(5));
            await().untilAsserted(() -> assertThat(ids()).hasSize(3_001));
            live.stop();
            assertThat(ids()).containsAll(before).contains(fresh).doesNotHaveDuplicates();
            assertThat(now.journal.standing().pendingHits()).isZero();
            assertThat(now.journal.standing().recoveredHits()).isEqualTo(3_000);
        }
        try (var files = Files.list(other)) {
            assertThat(files).extracting(file -> file.getFileName().toString()).containsExactly("journal.lock");
        }
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
            open.append(FrameCodec.encodeHit(Hits.ofNoise(900_000)));
        }
        await().until(() -> underWay.get() == 2);
        assertThat(journal.standing().pendingHits()).isEqualTo(12);
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
        assertThat(journal.standing().pendingHits()).isZero();
    }

    @Test
    void auditRecords_goBesideTheHits_andTheFinalOneIsTheLast() {
        sender.start();
        append(100);
        sender.stop();
        List<AuditRecord> audits = sink.audits();
        assertThat(audits).extracting(AuditRecord::epoch).containsOnly(open.epoch);
        assertThat(audits.getFirst().firstSeq()).isZero();
        assertThat(audits.getLast().lastSeq()).isEqualTo(99);
        assertThat(audits).extracting(AuditRecord::isFinal).endsWith(true).containsOnlyOnce(true);
        assertThat(journal.isDrained()).isTrue();
        assertThat(audits("stored")).isEqualTo(audits("made") - audits("joined"));
    }

    @Test
    void anIdleNode_announcesItself_andSaysWhenItEnds() {
        sender.start();
        await().untilAsserted(() -> assertThat(sink.audits()).hasSize(1));
        assertThat(sink.audits().getFirst().isEmpty()).isTrue();
        sender.stop();
        assertThat(sink.audits()).hasSize(2).extracting(AuditRecord::isFinal).containsExactly(false, true);
        assertThat(sink.frames()).isEmpty();
    }

    @Test
    void anAuditRecordThatTheStreamDoesNotTake_isSentAgain() {
        sink.next(all(PutOutcome.THROTTLED)).next(all(PutOutcome.FAILED));
        sender.start();
        await().untilAsserted(() -> assertThat(sink.audits()).hasSize(1));
        await().untilAsserted(() -> assertThat(audits("stored")).isEqualTo(1));
    }

    private double audits(String result) {
        return open.registry
                .get("sluice.ingest.audit.records")
                .tag("result", result)
                .counter()
                .count();
    }

    private void append(int count) {
        IntStream.range(0, count)
                .mapToObj(i -> journal.append(Hits.encoded(i)))
                .toList()
                .forEach(CompletableFuture::join);
    }

    private static SendProperties properties(Duration drainTimeout) {
        return new SendProperties(
                "sluice",
                Duration.ofMillis(20),
                DataSize.ofKilobytes(200),
                500,
                DataSize.ofKilobytes(500),
                2,
                Duration.ofMillis(1),
                Duration.ofMillis(5),
                drainTimeout);
    }

    private SendMetrics metrics() {
        return new SendMetrics(registry, InstantSource.system());
    }

    private FrameSender sender(Duration drainTimeout) {
        return FrameSender.to(sink, journal, properties(drainTimeout), metrics(), 0);
    }

    private List<TransportId> ids() {
        return sink.frames().stream().flatMap(FrameSenderTest::idsIn).toList();
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
