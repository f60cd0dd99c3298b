package dev.sluice.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.AuditCodec;
import dev.sluice.common.AuditRecord;
import dev.sluice.common.Backoff;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.table.Row;
import dev.sluice.loader.staging.BatchLimits;
import dev.sluice.loader.staging.RetryPause;
import dev.sluice.loader.staging.RowBatchCollector;
import dev.sluice.loader.staging.archive.ArchiveMetrics;
import dev.sluice.loader.staging.archive.ArchivedRecord;
import dev.sluice.loader.staging.archive.ShardArchive;
import dev.sluice.loader.staging.archive.ShardArchives;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.kinesis.exceptions.KinesisClientLibDependencyException;
import software.amazon.kinesis.exceptions.ShutdownException;
import software.amazon.kinesis.exceptions.ThrottlingException;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.retrieval.KinesisClientRecord;
import software.amazon.kinesis.retrieval.kpl.ExtendedSequenceNumber;

class ShardProcessorTest {
    private static final String SHARD = "shardId-000000000001";
    private static final AuditRecord AUDIT = new AuditRecord(
            Records.EPOCH,
            3,
            8,
            Instant.parse("2026-11-23T10:00:10Z"),
            false,
            new TreeMap<>(
                    Map.of(Instant.parse("2026-11-23T09:59:00Z"), 4L, Instant.parse("2026-11-23T10:00:00Z"), 2L)));

    private static final Backoff SHORT = new Backoff(Duration.ofNanos(1), Duration.ofNanos(1));

    private final AtomicLong nanos = new AtomicLong();
    private final FakeStagingSink sink = new FakeStagingSink();
    private final FakeCheckpointer checkpointer = new FakeCheckpointer();
    private final FakeEnrichment enrichment = new FakeEnrichment();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ConsumerMetrics metrics = new ConsumerMetrics(registry);
    private final List<Throwable> fatal = new ArrayList<>();
    private final FakeArchiveSink archiveSink = new FakeArchiveSink();
    /** Null is no archive. */
    private ShardArchives.@Nullable Limits archiving;

    private BatchLimits limits = new BatchLimits(Duration.ofSeconds(1), 1_000_000, 1_000);
    private ShardProcessor processor = open();

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    private ShardArchive archive(String shardId) {
        return archiving == null
                ? ShardArchives.none()
                : new ShardArchives(archiveSink, archiving, new ArchiveMetrics(registry), nanos::get).open(shardId);
    }

    /** A processor as a new lease gets one. */
    private ShardProcessor open() {
        var made = new ShardProcessor(
                shardId -> {
                    var progress = new DurableProgress(nanos::get);
                    return new ShardParts(
                            shardId,
                            progress,
                            new ShardStatus(shardId, progress, nanos::get),
                            new FrameIntake(shardId, enrichment, metrics, 5_000),
                            new ShardStager(
                                    new RowBatchCollector(shardId, limits, nanos::get),
                                    new ShardStager.Storage(sink, archive(shardId)),
                                    progress,
                                    new Checkpoints(progress, metrics, new RetryPause(SHORT, new Random(1))),
                                    metrics));
                },
                metrics,
                fatal::add);
        made.initialize(InitializationInput.builder()
                .shardId(SHARD)
                .extendedSequenceNumber(ExtendedSequenceNumber.TRIM_HORIZON)
                .build());
        return made;
    }

    private void deliver(List<KinesisClientRecord> records) {
        processor.processRecords(ProcessRecordsInput.builder()
                .records(records)
                .millisBehindLatest(1234L)
                .checkpointer(checkpointer)
                .build());
    }

    private void age() {
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    }

    private void loseLease() {
        processor.leaseLost(LeaseLostInput.builder().build());
    }

    private void endShard() {
        processor.shardEnded(
                ShardEndedInput.builder().checkpointer(checkpointer).build());
    }

    private void requestShutdown() {
        processor.shutdownRequested(
                ShutdownRequestedInput.builder().checkpointer(checkpointer).build());
    }

    private static ExtendedSequenceNumber at(long n) {
        return new ExtendedSequenceNumber(Long.toString(n), 0L);
    }

    private double count(String name, String... tags) {
        return registry.get(name).tags(tags).counter().count();
    }

    private double rowsCollected() {
        return registry.get("sluice.consumer.rows").counters().stream()
                .mapToDouble(c -> c.count())
                .sum();
    }

    /** The event ids that are staged, repeats told once. */
    private Set<Long> stagedSeqs() {
        var seqs = new TreeSet<Long>();
        for (String line : sink.lines()) {
            if (line.startsWith("event-")) {
                seqs.add(Long.parseLong(line.substring(6, line.indexOf(','))));
            }
        }
        return seqs;
    }

    private static List<Long> upTo(long n) {
        return LongStream.rangeClosed(1, n).boxed().toList();
    }

    @Test
    void processRecords_stagesWhenTheBatchIsOld_andOnlyThenCheckpoints() {
        deliver(Records.range(1, 3));
        assertThat(sink.batches()).isEmpty();
        assertThat(checkpointer.written).isEmpty();
        age();
        deliver(List.of());
        assertThat(sink.ranges()).containsExactly("1-3");
        assertThat(checkpointer.written).containsExactly(at(3));
        deliver(List.of());
        assertThat(checkpointer.calls).isEqualTo(1);
    }

    @Test
    void aBatch_namesTheDataOfAllItsRows_alsoWhenItWasSwappedMeanwhile() {
        enrichment.dataVersions = "places 1";
        deliver(Records.range(1, 3));
        enrichment.dataVersions = "places 2";
        deliver(Records.range(4, 6));
        age();
        deliver(List.of());
        assertThat(sink.batches().getFirst().madeBy().dataVersions()).isEqualTo("places 1; places 2");
    }

    @Test
    void processRecords_stagesInTheMiddleOfADelivery_whenTheBatchIsFull() {
        limits = new BatchLimits(Duration.ofHours(1), 1_000_000, 10);
        processor = open();
        deliver(Records.range(1, 25));
        assertThat(sink.ranges()).containsExactly("1-10", "11-20");
        assertThat(checkpointer.written).containsExactly(at(10), at(20));
        assertThat(fatal).isEmpty();
    }

    @Test
    void processRecords_keepsOrder_whenEnrichmentCompletesInReverse() {
        enrichment.hold = 5;
        deliver(Records.range(1, 5));
        age();
        deliver(List.of());
        assertThat(sink.lines())
                .extracting(line -> line.substring(0, line.indexOf(',')))
                .containsExactly("event-1", "event-2", "event-3", "event-4", "event-5");
    }

    @Test
    void processRecords_boundsWhatIsInEnrichment() {
        var most = new AtomicLong();
        enrichment.override = frame -> {
            most.accumulateAndGet(
                    (long) registry.get("sluice.consumer.inflight").gauge().value(), Math::max);
            return CompletableFuture.completedFuture(FakeEnrichment.rows(frame));
        };
        deliver(Records.range(1, 500));
        // 5,000 bytes of records, hits and rows that weigh some 800 together.
        assertThat(most).hasValueBetween(4, 12);
        assertThat(registry.get("sluice.consumer.inflight").gauge().value()).isZero();
    }

    @Test
    void processRecords_makesABadRowOfWhatIsNotAFrame_andGoesOn() {
        byte[] damaged = FrameCodec.encode(Records.frame(3, 1, "/i"));
        damaged[50] ^= 1;
        deliver(List.of(Records.frames(1, 2), Records.foreign(2), Records.record(3, damaged), Records.frames(4, 1)));
        age();
        deliver(List.of());
        assertThat(sink.lines()).hasSize(5);
        assertThat(sink.lines()).filteredOn(l -> l.contains(SHARD + "/2: ")).hasSize(1);
        assertThat(sink.lines()).filteredOn(l -> l.contains(SHARD + "/3: ")).hasSize(1);
        assertThat(checkpointer.last()).isEqualTo(at(4));
        assertThat(count("sluice.consumer.records", "result", "foreign")).isEqualTo(2);
        assertThat(count("sluice.consumer.records", "result", "frame")).isEqualTo(2);
        assertThat(count("sluice.consumer.hits")).isEqualTo(3);
    }

    @Test
    void processRecords_stagesAuditRecordsBesideTheRows_andAlone() {
        var idle = new AuditRecord(Records.EPOCH, 7, 6, Instant.parse("2026-11-23T10:01:30Z"), true, new TreeMap<>());
        deliver(List.of(Records.frames(1, 2), Records.record(2, AuditCodec.encode(AUDIT)), Records.frames(3, 1)));
        age();
        deliver(List.of());
        assertThat(sink.ranges()).containsExactly("1-3");
        assertThat(sink.lines()).hasSize(5);
        assertThat(sink.lines())
                .filteredOn(line -> line.startsWith("accepted,"))
                .containsExactly(
                        "accepted," + Records.EPOCH
                                + ",2026-11-23 09:59:00.000000,4,3,8,2026-11-23 10:00:10.000000,false",
                        "accepted," + Records.EPOCH
                                + ",2026-11-23 10:00:00.000000,2,3,8,2026-11-23 10:00:10.000000,false");

        deliver(List.of(Records.record(4, AuditCodec.encode(idle))));
        age();
        deliver(List.of());
        assertThat(sink.ranges()).as("an idle line goes on").containsExactly("1-3", "4-4");
        assertThat(sink.lines())
                .last()
                .isEqualTo("accepted," + Records.EPOCH
                        + ",2026-11-23 10:01:00.000000,0,7,6,2026-11-23 10:01:30.000000,true");
        assertThat(checkpointer.last()).isEqualTo(at(4));
        assertThat(count("sluice.consumer.records", "result", "audit")).isEqualTo(2);
        assertThat(count("sluice.consumer.records", "result", "foreign")).isZero();
        assertThat(count("sluice.consumer.rows", "table", "audit_buckets")).isEqualTo(3);
    }

    @Test
    void processRecords_makesABadRowOfADamagedAuditRecord() {
        byte[] damaged = AuditCodec.encode(AUDIT);
        damaged[40] ^= 1;
        deliver(List.of(Records.record(1, damaged)));
        age();
        deliver(List.of());
        assertThat(sink.lines()).hasSize(1).allMatch(line -> line.contains(SHARD + "/1: "));
        assertThat(count("sluice.consumer.records", "result", "foreign")).isEqualTo(1);
        assertThat(count("sluice.consumer.records", "result", "audit")).isZero();
    }

    @Test
    void processRecords_checkpointsRecordsWithoutRows_withoutStaging() {
        deliver(List.of(Records.empty(1), Records.empty(2)));
        age();
        deliver(List.of());
        assertThat(sink.batches()).isEmpty();
        assertThat(checkpointer.written).containsExactly(at(2));
    }

    @Test
    void processRecords_countsRecordsWithoutRowsIntoTheRange() {
        deliver(List.of(Records.empty(1), Records.frames(2, 1), Records.empty(3)));
        age();
        deliver(List.of());
        assertThat(sink.ranges()).containsExactly("1-3");
    }

    @Test
    void processRecords_leavesRepeatsAlone() {
        deliver(Records.range(1, 4));
        deliver(Records.range(3, 6));
        age();
        deliver(Records.range(6, 7));
        assertThat(sink.ranges()).containsExactly("1-7");
        assertThat(sink.rows()).isEqualTo(7);
        assertThat(count("sluice.consumer.records", "result", "repeated")).isEqualTo(3);
    }

    @Test
    void processRecords_neverCutsARecordThatCameInParts() {
        limits = new BatchLimits(Duration.ofHours(1), 1_000_000, 2);
        processor = open();
        byte[] frame = FrameCodec.encode(Records.frame(1, 1, "/i"));
        deliver(List.of(
                Records.part(1, 0, frame),
                Records.part(1, 1, frame),
                Records.part(1, 2, frame),
                Records.part(2, 0, frame)));
        assertThat(sink.ranges()).containsExactly("1-1");
        assertThat(checkpointer.written).containsExactly(new ExtendedSequenceNumber("1", 2L));
    }

    @Test
    void processRecords_showsHowFarItIsBehind_untilTheLeaseIsGone() {
        deliver(Records.range(1, 1));
        assertThat(registry.get("sluice.consumer.millis.behind").timeGauge().value(TimeUnit.MILLISECONDS))
                .isEqualTo(1234);
        nanos.addAndGet(700_000_000);
        assertThat(registry.get("sluice.consumer.checkpoint.lag").timeGauge().value(TimeUnit.MILLISECONDS))
                .isEqualTo(700);
        loseLease();
        assertThat(registry.get("sluice.consumer.millis.behind").timeGauge().value(TimeUnit.MILLISECONDS))
                .isZero();
        assertThat(registry.get("sluice.consumer.checkpoint.lag").timeGauge().value(TimeUnit.MILLISECONDS))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void dyingWhileStaging_losesNothing(boolean afterTheBatchIsDurable) {
        // The process dies in the middle of the second batch's staging, before or after it took effect.
        var death = new InterruptedException("killed");
        if (afterTheBatchIsDurable) {
            sink.failAfter = n -> n == 2 ? death : null;
        } else {
            sink.fail = n -> n == 2 ? death : null;
        }
        deliver(Records.range(1, 3));
        age();
        deliver(Records.range(4, 4));
        deliver(Records.range(5, 7));
        age();
        deliver(Records.range(8, 9));
        assertThat(checkpointer.written).containsExactly(at(4));

        Thread.interrupted();
        processor = open();
        deliver(Records.range(5, 12));
        age();
        deliver(List.of());
        assertThat(stagedSeqs()).containsExactlyElementsOf(upTo(12));
        assertThat(checkpointer.last()).isEqualTo(at(12));
    }

    @Test
    void dyingBetweenStagingAndCheckpoint_repeatsTheBatch() {
        checkpointer.fail = n -> n == 1 ? new ShutdownException("killed") : null;
        deliver(Records.range(1, 3));
        age();
        deliver(List.of());
        assertThat(sink.ranges()).containsExactly("1-3");
        assertThat(checkpointer.written).isEmpty();

        processor = open();
        deliver(Records.range(1, 3));
        age();
        deliver(List.of());
        assertThat(sink.ranges()).containsExactly("1-3", "1-3");
        assertThat(checkpointer.written).containsExactly(at(3));
    }

    @Test
    void afterGivingUp_nothingIsCheckpointedAnyMore_whateverKclDelivers() {
        sink.fail = n -> n == 1 ? new InterruptedException() : null;
        deliver(Records.range(1, 3));
        age();
        deliver(List.of());
        assertThat(Thread.interrupted()).isTrue();
        deliver(Records.range(4, 6));
        age();
        deliver(List.of());
        requestShutdown();
        endShard();
        assertThat(checkpointer.calls).isZero();
        assertThat(sink.batches()).isEmpty();
        assertThat(fatal).isEmpty();
    }

    @Test
    void aBlockedSink_holdsTheShard_untilInterrupted() throws Exception {
        sink.away = true;
        deliver(Records.range(1, 3));
        age();
        var interruptKept = new CompletableFuture<Boolean>();
        Thread kcl = Thread.ofPlatform().name("kcl-test").start(() -> {
            deliver(List.of());
            interruptKept.complete(Thread.currentThread().isInterrupted());
        });
        assertThat(sink.blocked.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(interruptKept).isNotDone();
        kcl.interrupt();
        assertThat(interruptKept.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(checkpointer.calls).isZero();
        assertThat(fatal).isEmpty();
        assertThat(count("sluice.consumer.rows.discarded")).isEqualTo(3);
    }

    @Test
    void aBrokenEnrichment_isFatal_andNothingIsSkipped() {
        enrichment.override = frame -> frame.firstSeq() == 2
                ? CompletableFuture.failedFuture(new NoClassDefFoundError("broken"))
                : CompletableFuture.completedFuture(FakeEnrichment.rows(frame));
        deliver(Records.range(1, 3));
        age();
        deliver(Records.range(4, 5));
        requestShutdown();
        assertThat(fatal).hasSize(1);
        assertThat(fatal.getFirst()).hasRootCauseInstanceOf(NoClassDefFoundError.class);
        assertThat(checkpointer.calls).isZero();
        assertThat(registry.get("sluice.consumer.inflight").gauge().value()).isZero();
    }

    @Test
    void anErrorInTheSink_isFatal_andDoesNotReachKcl() {
        sink.fail = n -> new OutOfMemoryError("test");
        deliver(Records.range(1, 3));
        age();
        deliver(List.of());
        assertThat(fatal).singleElement().isInstanceOf(OutOfMemoryError.class);
        assertThat(checkpointer.calls).isZero();
    }

    @Test
    void aFailedCheckpoint_isTriedAgain_withWhatIsDurableByThen() {
        checkpointer.fail = n -> switch (n) {
            case 1 -> new ThrottlingException("slow down");
            case 2 -> new KinesisClientLibDependencyException("away");
            // What KCL makes of a connection that broke.
            case 3 -> new RuntimeException(SdkClientException.create("reset"));
            default -> null;
        };
        deliver(Records.range(1, 3));
        age();
        deliver(List.of());
        deliver(List.of());
        deliver(List.of());
        deliver(Records.range(4, 5));
        assertThat(checkpointer.written).containsExactly(at(3));
        assertThat(count("sluice.consumer.checkpoints", "result", "failed")).isEqualTo(3);
        assertThat(fatal).isEmpty();
        age();
        deliver(List.of());
        assertThat(checkpointer.written).containsExactly(at(3), at(5));
    }

    @Test
    void aRefusedCheckpoint_isAFaultOfOurs() {
        checkpointer.fail = n -> new IllegalArgumentException("out of range");
        deliver(Records.range(1, 3));
        age();
        deliver(List.of());
        assertThat(fatal).singleElement().isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void leaseLost_leavesWhatIsNotStaged() {
        deliver(Records.range(1, 3));
        loseLease();
        deliver(Records.range(4, 4));
        assertThat(sink.batches()).isEmpty();
        assertThat(checkpointer.calls).isZero();
        assertThat(count("sluice.consumer.lease.lost")).isEqualTo(1);
        assertThat(count("sluice.consumer.rows.discarded")).isEqualTo(3);
    }

    @Test
    void leaseLost_isFoundAtTheCheckpoint_andCountedOnce() {
        checkpointer.fail = n -> new ShutdownException("lease lost");
        deliver(Records.range(1, 3));
        age();
        deliver(List.of());
        loseLease();
        assertThat(count("sluice.consumer.lease.lost")).isEqualTo(1);
        assertThat(fatal).isEmpty();
    }

    @Test
    void leaseLost_isHarmless_beforeTheFirstDelivery() {
        var waiting = new ShardProcessor(
                shardId -> {
                    throw new AssertionError("not begun");
                },
                metrics,
                fatal::add);
        waiting.leaseLost(LeaseLostInput.builder().build());
        assertThat(fatal).isEmpty();
    }

    @Test
    void shardEnded_stagesWhatIsHeld_thenEndsTheShard() {
        deliver(Records.range(1, 3));
        checkpointer.onCall = () -> assertThat(sink.ranges()).containsExactly("1-3");
        endShard();
        assertThat(checkpointer.written).containsExactly(ExtendedSequenceNumber.SHARD_END);
        assertThat(fatal).isEmpty();
    }

    @Test
    void shardEnded_tries_untilTheCheckpointIsWritten() {
        checkpointer.fail = n -> n < 50 ? new ThrottlingException("slow down") : null;
        endShard();
        assertThat(checkpointer.written).containsExactly(ExtendedSequenceNumber.SHARD_END);
    }

    @Test
    void shardEnded_doesNotEndTheShard_whenStagingIsCutShort() {
        sink.fail = n -> new InterruptedException();
        deliver(Records.range(1, 3));
        endShard();
        assertThat(checkpointer.calls).isZero();
    }

    @Test
    void shutdownRequested_stagesAndCheckpointsWhatIsHeld() {
        deliver(Records.range(1, 3));
        checkpointer.fail = n -> n < 4 ? new ThrottlingException("slow down") : null;
        requestShutdown();
        loseLease();
        assertThat(sink.ranges()).containsExactly("1-3");
        assertThat(checkpointer.written).containsExactly(at(3));
        assertThat(count("sluice.consumer.lease.lost")).isZero();
        assertThat(registry.get("sluice.consumer.shards").gauge().value()).isZero();
    }

    @Test
    void shutdownRequested_givesUpOnTheCheckpoint_afterAFewAttempts() {
        deliver(Records.range(1, 3));
        checkpointer.fail = n -> new ThrottlingException("slow down");
        requestShutdown();
        assertThat(checkpointer.calls).isEqualTo(5);
        assertThat(fatal).isEmpty();
    }

    @Test
    void theCheckpointWaitsForTheArchive_whichIsWrittenFarLessOftenThanBatches() throws Exception {
        archiving = new ShardArchives.Limits(1_000_000, Duration.ofSeconds(10), 1_000_000);
        processor = open();
        for (int second = 0; second < 10; second++) {
            assertThat(checkpointer.written).isEmpty();
            deliver(Records.range(10L * second + 1, 10L * second + 10));
            age();
            deliver(List.of());
        }
        assertThat(sink.batches()).hasSize(10);
        assertThat(archiveSink.ranges()).containsExactly("1-100");
        assertThat(checkpointer.written).containsExactly(at(100));
        assertThat(archiveSink.records()).hasSize(100);
    }

    @Test
    void theArchiveHoldsRecordsAsTheyWereReceived_alsoThoseThatAreNoFrames() throws Exception {
        archiving = new ShardArchives.Limits(1_000_000, Duration.ofSeconds(10), 1_000_000);
        processor = open();
        List<KinesisClientRecord> sent = List.of(Records.frames(1, 3), Records.foreign(2), Records.empty(3));
        deliver(sent);
        requestShutdown();
        assertThat(archiveSink.ranges()).containsExactly("1-3");
        assertThat(archiveSink.records())
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactlyElementsOf(sent.stream()
                        .map(record -> new ArchivedRecord(
                                SHARD, record.sequenceNumber(), "k", FakeEnrichment.AT, bytes(record)))
                        .toList());
        assertThat(checkpointer.written).containsExactly(at(3));
    }

    private static byte[] bytes(KinesisClientRecord record) {
        byte[] bytes = new byte[record.data().remaining()];
        record.data().duplicate().get(bytes);
        return bytes;
    }

    @Test
    void aFullArchive_isWrittenInTheMiddleOfADelivery_soThatMemoryStaysBounded() {
        archiving = new ShardArchives.Limits(2_000, Duration.ofHours(1), 1_000_000);
        processor = open();
        deliver(Records.range(1, 100));
        assertThat(archiveSink.objects()).hasSizeGreaterThan(5);
        assertThat(archiveSink.objects()).allMatch(object -> object.bytes() < 2_300);
        // Whatever was archived had been staged, and is checkpointed.
        long archived = Long.parseLong(archiveSink.objects().getLast().last());
        assertThat(checkpointer.last()).isEqualTo(at(archived));
        assertThat(stagedSeqs()).containsAll(upTo(archived));
    }

    @Test
    void theArchiveOfAQuietShard_isWrittenWhenItIsOld() {
        archiving = new ShardArchives.Limits(1_000_000, Duration.ofSeconds(3), 1_000_000);
        processor = open();
        deliver(Records.range(1, 3));
        age();
        deliver(List.of());
        assertThat(sink.ranges()).containsExactly("1-3");
        age();
        deliver(List.of());
        assertThat(checkpointer.calls).isZero();
        age();
        deliver(List.of());
        assertThat(archiveSink.ranges()).containsExactly("1-3");
        assertThat(checkpointer.written).containsExactly(at(3));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void dyingWhileArchiving_isReadAgain_andTheSameRecordsAreTheSameObject(boolean afterItIsDurable) {
        archiving = new ShardArchives.Limits(1_000_000, Duration.ofSeconds(1), 1_000_000);
        processor = open();
        if (afterItIsDurable) {
            archiveSink.failAfter = n -> n == 1;
        } else {
            archiveSink.fail = n -> n == 1;
        }
        deliver(Records.range(1, 3));
        age();
        deliver(List.of());
        assertThat(checkpointer.calls).isZero();
        assertThat(Thread.interrupted()).isTrue();

        processor = open();
        deliver(Records.range(1, 3));
        age();
        deliver(List.of());
        assertThat(archiveSink.ranges()).containsOnly("1-3").hasSize(afterItIsDurable ? 2 : 1);
        assertThat(checkpointer.written).containsExactly(at(3));
        assertThat(fatal).isEmpty();
    }

    @Test
    void givingUp_leavesThePoolToOtherShards() {
        deliver(Records.range(1, 3));
        assertThat(enrichment.left).isEmpty();
        loseLease();
        assertThat(enrichment.left).containsExactly(SHARD);
    }

    @Test
    void processRecords_boundsRowsToo_thoughTheirHitsAreSmall() {
        List<Row> many = FakeEnrichment.rows(Records.frame(1, 20, "/i"));
        long rowsBytes = many.stream().mapToLong(Row::weight).sum();
        assertThat(rowsBytes).isGreaterThan(5_000);
        var most = new AtomicLong();
        enrichment.override = frame -> {
            most.accumulateAndGet(
                    (long) registry.get("sluice.consumer.inflight").gauge().value(), Math::max);
            return CompletableFuture.completedFuture(many);
        };
        deliver(Records.range(1, 100));
        // One record fills it, so the next is alone in it.
        assertThat(most).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void countersAddUp_andNoGapIsEverCheckpointed_whateverFails(long seed) {
        var random = new Random(seed);
        limits = new BatchLimits(Duration.ofSeconds(1), 1_000_000, 40);
        sink.fail = n -> random.nextInt(12) == 0 ? new InterruptedException() : null;
        sink.failAfter = n -> random.nextInt(12) == 0 ? new InterruptedException() : null;
        checkpointer.fail = n -> switch (random.nextInt(8)) {
            case 0 -> new ShutdownException("lost");
            case 1 -> new ThrottlingException("slow down");
            default -> null;
        };
        enrichment.hold = 0;
        long sent = 400;
        long durable = 0;
        processor = open();
        long next = 1;
        long records = 0;
        for (int step = 0; step < 3_000 && durable < sent; step++) {
            boolean newLease = random.nextInt(15) == 0
                    || Thread.interrupted()
                    || registry.get("sluice.consumer.shards").gauge().value() == 0;
            if (newLease) {
                loseLease();
                ExtendedSequenceNumber last = checkpointer.last();
                durable = last == null ? 0 : Long.parseLong(last.sequenceNumber());
                next = durable + 1;
                processor = open();
            }
            if (random.nextInt(3) == 0) {
                age();
            }
            long to = Math.min(sent, next + random.nextInt(30));
            List<KinesisClientRecord> batch = next > sent ? List.of() : Records.range(next, to);
            records += batch.size();
            deliver(batch);
            next = Math.max(next, to + 1);
            ExtendedSequenceNumber last = checkpointer.last();
            if (last != null && Long.parseLong(last.sequenceNumber()) > durable) {
                durable = Long.parseLong(last.sequenceNumber());
                assertThat(stagedSeqs()).containsAll(upTo(durable));
            }
        }
        loseLease();
        assertThat(fatal).isEmpty();
        assertThat(durable).isEqualTo(sent);
        assertThat(stagedSeqs()).containsExactlyElementsOf(upTo(sent));
        assertThat(count("sluice.consumer.records", "result", "frame")).isLessThanOrEqualTo((double) records);
        // A batch whose staging was cut short after it took effect is both staged and given up.
        assertThat(rowsCollected()).isLessThanOrEqualTo(sink.rows() + count("sluice.consumer.rows.discarded"));
    }

    @Test
    void countersAddUp() {
        deliver(Records.range(1, 10));
        deliver(List.of(Records.foreign(11), Records.empty(12), Records.frames(13, 4), Records.frames(13, 4)));
        age();
        deliver(List.of());
        deliver(Records.range(14, 20));
        loseLease();
        double in = 10 + 4 + 7;
        assertThat(count("sluice.consumer.records", "result", "frame")
                        + count("sluice.consumer.records", "result", "foreign")
                        + count("sluice.consumer.records", "result", "repeated"))
                .isEqualTo(in);
        assertThat(rowsCollected()).isEqualTo(22);
        assertThat(sink.rows() + count("sluice.consumer.rows.discarded")).isEqualTo(22);
    }
}
