package dev.sluice.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.Backoff;
import dev.sluice.common.Frame;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.PrivacySignal;
import dev.sluice.common.RawHit;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Table;
import dev.sluice.loader.staging.BatchLimits;
import dev.sluice.loader.staging.RetryPause;
import dev.sluice.loader.staging.RowBatch;
import dev.sluice.loader.staging.RowBatchCollector;
import dev.sluice.loader.staging.archive.ShardArchives;
import dev.sluice.processor.Enricher;
import dev.sluice.processor.EnrichmentPipeline;
import dev.sluice.processor.EventContext;
import dev.sluice.processor.WorkerPool;
import dev.sluice.processor.WorkerPoolSettings;
import dev.sluice.processor.enrich.StandardEnrichers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.retrieval.KinesisClientRecord;
import software.amazon.kinesis.retrieval.kpl.ExtendedSequenceNumber;

/** A hit that breaks what works on it, through the real workers. */
@Timeout(60)
class PoisonTest {
    private static final int HITS = 10_000;
    private static final int HITS_PER_FRAME = 100;
    private static final int POISONOUS = 4_321;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ConsumerMetrics metrics = new ConsumerMetrics(registry);
    private final FakeStagingSink sink = new FakeStagingSink();
    private final FakeCheckpointer checkpointer = new FakeCheckpointer();
    private final List<Throwable> fatal = new ArrayList<>();

    private static final class Broken implements Enricher {
        @Override
        public String name() {
            return "broken";
        }

        @Override
        public void enrich(EventContext event) {
            if (("site-" + POISONOUS).equals(event.get(Columns.SITE_ID))) {
                throw new StackOverflowError("a test");
            }
        }
    }

    private static KinesisClientRecord frame(int firstSeq) {
        var visitor = new RawHit.Visitor("", RawHit.Visitor.NO_NETWORK_ID, false, PrivacySignal.NONE);
        var hits = new ArrayList<RawHit>();
        for (int i = firstSeq; i < firstSeq + HITS_PER_FRAME; i++) {
            hits.add(new RawHit(
                    FakeEnrichment.AT,
                    visitor,
                    RawHit.Method.GET,
                    "/i",
                    "e=pv&p=web&tv=t&aid=site-" + i,
                    Map.of(),
                    new byte[0]));
        }
        return Records.record(firstSeq + 1L, FrameCodec.encode(new Frame(Records.EPOCH, firstSeq, hits)));
    }

    @Test
    void onePoisonousHitOfTenThousand_becomesABadRow_andTheOthersRows() {
        var enrichers = new ArrayList<>(StandardEnrichers.all());
        enrichers.add(new Broken());
        var settings = new WorkerPoolSettings(2, 256, 64_000_000, Duration.ofSeconds(10));
        var pipeline = new EnrichmentPipeline(enrichers, InstantSource.fixed(FakeEnrichment.AT));
        try (var pool = new WorkerPool(pipeline, settings, registry)) {
            pool.start();
            ShardProcessor processor = processor(new PooledEnrichment(pool, pipeline));
            var records = new ArrayList<KinesisClientRecord>();
            for (int i = 0; i < HITS; i += HITS_PER_FRAME) {
                records.add(frame(i));
            }
            processor.processRecords(ProcessRecordsInput.builder()
                    .records(records)
                    .checkpointer(checkpointer)
                    .build());
            processor.shutdownRequested(
                    ShutdownRequestedInput.builder().checkpointer(checkpointer).build());
        }
        assertThat(fatal).isEmpty();
        assertThat(rows(Table.PAGE_VIEWS)).isEqualTo(HITS - 1);
        assertThat(rows(Table.BAD_EVENTS)).isEqualTo(1);
        assertThat(sink.lines())
                .filteredOn(line -> line.contains("site-" + POISONOUS))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("enricher_failed", "broken"));
        assertThat(checkpointer.last())
                .isEqualTo(new ExtendedSequenceNumber(Integer.toString(HITS - HITS_PER_FRAME + 1), 0L));
    }

    private long rows(Table table) {
        return sink.batches().stream()
                .flatMap(batch -> batch.tables().stream())
                .filter(rows -> rows.table() == table)
                .mapToLong(RowBatch.TableRows::rows)
                .sum();
    }

    private ShardProcessor processor(Enrichment enrichment) {
        var made = new ShardProcessor(
                shardId -> {
                    var progress = new DurableProgress(System::nanoTime);
                    var limits = new BatchLimits(Duration.ofHours(1), 1_000_000, 3_000);
                    return new ShardParts(
                            shardId,
                            progress,
                            new ShardStatus(shardId, progress, System::nanoTime),
                            new FrameIntake(shardId, enrichment, metrics, 4_000_000),
                            new ShardStager(
                                    new RowBatchCollector(shardId, limits, System::nanoTime),
                                    new ShardStager.Storage(sink, ShardArchives.none()),
                                    progress,
                                    new Checkpoints(
                                            progress,
                                            metrics,
                                            new RetryPause(
                                                    new Backoff(Duration.ofNanos(1), Duration.ofNanos(1)),
                                                    new Random(1))),
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
}
