package dev.sluice.consumer;

import dev.sluice.loader.staging.RetryPause;
import dev.sluice.loader.staging.RowBatchCollector;
import dev.sluice.loader.staging.StagingSink;
import dev.sluice.loader.staging.archive.ShardArchive;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import software.amazon.kinesis.processor.ShardRecordProcessor;
import software.amazon.kinesis.processor.ShardRecordProcessorFactory;

/** Makes the processor of one shard for one lease. Thread-safe. */
final class ShardProcessorFactory implements ShardRecordProcessorFactory {
    /**
     * @param archives opens a shard's archive, by the shard's id
     * @param pause between two attempts, at storing and at checkpointing
     */
    record Storage(StagingSink sink, Function<String, ShardArchive> archives, RetryPause pause) {}

    private final Enrichment enrichment;
    private final Storage storage;
    private final ConsumerProperties properties;
    private final ConsumerMetrics metrics;
    private final Consumer<Throwable> fatal;
    private final LongSupplier nanoTime = System::nanoTime;

    /** @param fatal told of a failure that no repeat can mend; must stop the process and not throw */
    ShardProcessorFactory(
            Enrichment enrichment,
            Storage storage,
            ConsumerProperties properties,
            ConsumerMetrics metrics,
            Consumer<Throwable> fatal) {
        this.enrichment = enrichment;
        this.storage = storage;
        this.properties = properties;
        this.metrics = metrics;
        this.fatal = fatal;
    }

    @Override
    public ShardRecordProcessor shardRecordProcessor() {
        return new ShardProcessor(this::parts, metrics, fatal);
    }

    private ShardParts parts(String shardId) {
        var progress = new DurableProgress(nanoTime);
        return new ShardParts(
                shardId,
                progress,
                new ShardStatus(shardId, progress, nanoTime),
                new FrameIntake(
                        shardId,
                        enrichment,
                        metrics,
                        properties.read().inFlightBytes().toBytes()),
                new ShardStager(
                        new RowBatchCollector(shardId, properties.batch().limits(), nanoTime),
                        new ShardStager.Storage(
                                storage.sink(), storage.archives().apply(shardId)),
                        progress,
                        new Checkpoints(progress, metrics, storage.pause()),
                        metrics));
    }
}
