package dev.sluice.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.Backoff;
import dev.sluice.common.Frame;
import dev.sluice.common.table.Row;
import dev.sluice.loader.staging.BatchLimits;
import dev.sluice.loader.staging.RetryPause;
import dev.sluice.loader.staging.RowBatchCollector;
import dev.sluice.loader.staging.archive.ArchiveMetrics;
import dev.sluice.loader.staging.archive.ArchivedRecord;
import dev.sluice.loader.staging.archive.ShardArchives;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
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

/**
 * One shard's life on one thread, by a seed: enrichment completes in any order, the process dies anywhere, leases are lost and handed
 * over, DynamoDB fails, and in the end the shard ends. After each step, whatever is checkpointed is staged and archived without a gap.
 */
class ShardSimulationTest {
    private static final int SEEDS = 2_000;
    private static final int RECORDS = 60;

    @Test
    void noSeed_checkpointsAGap_andEachStagesAndArchivesAllOfTheShard() throws Exception {
        for (long seed = 1; seed <= SEEDS; seed++) {
            new Life(seed).live();
        }
    }

    /** Frames in work complete in random order: some at once, one when somebody waits, as on one thread nobody else completes any. */
    private static final class AnyOrder implements Enrichment {
        private final Random random;
        private final List<Runnable> inWork = new ArrayList<>();

        AnyOrder(Random random) {
            this.random = random;
        }

        private final class Rows<T> extends CompletableFuture<T> {
            /** So that what is derived from it completes in the same way. */
            @Override
            public <U> CompletableFuture<U> newIncompleteFuture() {
                return new Rows<>();
            }

            @Override
            public T get() throws InterruptedException, ExecutionException {
                while (!isDone()) {
                    completeOne();
                }
                return super.get();
            }
        }

        @Override
        public CompletableFuture<List<Row>> submit(String shardId, Frame frame) {
            var rows = new Rows<List<Row>>();
            inWork.add(() -> rows.complete(FakeEnrichment.rows(frame)));
            for (int i = random.nextInt(3); i > 0 && !inWork.isEmpty(); i--) {
                completeOne();
            }
            return rows;
        }

        @Override
        public String dataVersions() {
            return "";
        }

        private void completeOne() {
            inWork.remove(random.nextInt(inWork.size())).run();
        }

        @Override
        public Row notAFrame(String shardId, KinesisClientRecord record, byte[] bytes, String detail) {
            throw new AssertionError("all records are frames");
        }

        @Override
        public void leave(String shardId) {}
    }

    /** What outlives a process: the stream, S3, DynamoDB; and the process that lives now. */
    private static final class Life {
        private final long seed;
        private final Random random;
        private final FakeStagingSink sink = new FakeStagingSink();
        private final FakeArchiveSink archive = new FakeArchiveSink();
        private final FakeCheckpointer checkpointer = new FakeCheckpointer();
        private final ConsumerMetrics metrics = new ConsumerMetrics(new SimpleMeterRegistry());
        private final ArchiveMetrics archiveMetrics = new ArchiveMetrics(new SimpleMeterRegistry());
        private final List<Throwable> fatal = new ArrayList<>();
        private @Nullable ExtendedSequenceNumber checked;
        private long nanos;
        private long next;
        private boolean calm;
        private ShardProcessor processor;

        Life(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            sink.fail = n -> dies(40) ? new InterruptedException("killed") : null;
            sink.failAfter = n -> dies(40) ? new InterruptedException("killed") : null;
            archive.fail = n -> dies(12);
            archive.failAfter = n -> dies(12);
            checkpointer.fail = n -> switch (calm ? 99 : random.nextInt(20)) {
                case 0 -> new ShutdownException("another has the lease");
                case 1 -> new ThrottlingException("slow down");
                case 2 -> new KinesisClientLibDependencyException("DynamoDB is away");
                case 3 -> new RuntimeException(SdkClientException.create("reset"));
                default -> null;
            };
            processor = open();
        }

        private boolean dies(int oneIn) {
            return !calm && random.nextInt(oneIn) == 0;
        }

        /** A process that begins where the last checkpoint is. */
        private ShardProcessor open() {
            ExtendedSequenceNumber last = checkpointer.last();
            next = last == null ? 1 : Long.parseLong(last.sequenceNumber()) + 1;
            var enrichment = new AnyOrder(random);
            var archives = new ShardArchives(
                    archive,
                    new ShardArchives.Limits(
                            200 + random.nextInt(4_000), Duration.ofSeconds(1 + random.nextInt(10)), 1_000_000),
                    archiveMetrics,
                    () -> nanos);
            var limits = new BatchLimits(Duration.ofSeconds(1), 1_000_000, 1 + random.nextInt(30));
            var made = new ShardProcessor(
                    shardId -> {
                        var progress = new DurableProgress(() -> nanos);
                        return new ShardParts(
                                shardId,
                                progress,
                                new ShardStatus(shardId, progress, () -> nanos),
                                new FrameIntake(shardId, enrichment, metrics, 1 + random.nextInt(20_000)),
                                new ShardStager(
                                        new RowBatchCollector(shardId, limits, () -> nanos),
                                        new ShardStager.Storage(sink, archives.open(shardId)),
                                        progress,
                                        new Checkpoints(
                                                progress,
                                                metrics,
                                                new RetryPause(
                                                        new Backoff(Duration.ofNanos(1), Duration.ofNanos(1)), random)),
                                        metrics));
                    },
                    metrics,
                    fatal::add);
            made.initialize(InitializationInput.builder()
                    .shardId("shardId-0")
                    .extendedSequenceNumber(ExtendedSequenceNumber.TRIM_HORIZON)
                    .build());
            return made;
        }

        void live() throws IOException {
            for (int step = 0; step < 200 && next <= RECORDS; step++) {
                step();
                check();
            }
            // From here on nothing fails, and the shard comes to its end.
            calm = true;
            restart();
            deliver(RECORDS);
            processor.shardEnded(
                    ShardEndedInput.builder().checkpointer(checkpointer).build());
            assertThat(checkpointer.last()).as("seed %d", seed).isEqualTo(ExtendedSequenceNumber.SHARD_END);
            assertThat(staged()).as("staged, seed %d", seed).hasSize(RECORDS);
            assertThat(archived()).as("archived, seed %d", seed).hasSize(RECORDS);
            assertThat(fatal).as("seed %d", seed).isEmpty();
        }

        private void step() {
            switch (random.nextInt(12)) {
                // As kill -9: nobody says goodbye.
                case 0 -> restart();
                case 1 -> {
                    processor.leaseLost(LeaseLostInput.builder().build());
                    restart();
                }
                case 2 -> {
                    processor.shutdownRequested(ShutdownRequestedInput.builder()
                            .checkpointer(checkpointer)
                            .build());
                    restart();
                }
                default -> {
                    nanos += random.nextLong(Duration.ofSeconds(2).toNanos());
                    deliver(Math.min(RECORDS, next - 1 + random.nextInt(12)));
                }
            }
            // Whoever was interrupted, or lost the lease, does nothing more.
            if (Thread.interrupted() || metrics.shards().isEmpty()) {
                restart();
            }
        }

        private void restart() {
            Thread.interrupted();
            metrics.shards().forEach(metrics::unwatch);
            processor = open();
        }

        private void deliver(long to) {
            processor.processRecords(ProcessRecordsInput.builder()
                    .records(next > to ? List.of() : Records.range(next, to))
                    .millisBehindLatest(0L)
                    .checkpointer(checkpointer)
                    .build());
            next = Math.max(next, to + 1);
        }

        private void check() throws IOException {
            ExtendedSequenceNumber last = checkpointer.last();
            if (last == null || last.equals(checked)) {
                return;
            }
            checked = last;
            int upTo = Integer.parseInt(last.sequenceNumber());
            assertThat(staged().headSet((long) upTo + 1))
                    .as("staged, seed %d", seed)
                    .hasSize(upTo);
            assertThat(archived().headSet((long) upTo + 1))
                    .as("archived, seed %d", seed)
                    .hasSize(upTo);
        }

        private NavigableSet<Long> staged() {
            var seqs = new TreeSet<Long>();
            for (String line : sink.lines()) {
                seqs.add(Long.parseLong(line.substring(6, line.indexOf(','))));
            }
            return seqs;
        }

        private NavigableSet<Long> archived() throws IOException {
            var seqs = new TreeSet<Long>();
            for (ArchivedRecord record : archive.records()) {
                seqs.add(Long.parseLong(record.sequenceNumber()));
            }
            return seqs;
        }
    }
}
