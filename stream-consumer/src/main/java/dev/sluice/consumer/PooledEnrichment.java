package dev.sluice.consumer;

import dev.sluice.common.Frame;
import dev.sluice.common.table.Row;
import dev.sluice.processor.BadRows;
import dev.sluice.processor.EnrichmentPipeline;
import dev.sluice.processor.WorkerPool;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/** Rows from the pool of workers that all shards share. Thread-safe. */
final class PooledEnrichment implements Enrichment {
    private final WorkerPool pool;
    private final EnrichmentPipeline pipeline;

    /** @param pipeline that the pool's workers run */
    PooledEnrichment(WorkerPool pool, EnrichmentPipeline pipeline) {
        this.pool = pool;
        this.pipeline = pipeline;
    }

    @Override
    public CompletableFuture<List<Row>> submit(String shardId, Frame frame) throws InterruptedException {
        return pool.submit(shardId, frame);
    }

    @Override
    public Row notAFrame(String shardId, KinesisClientRecord record, byte[] bytes, String detail) {
        Instant arrived = record.approximateArrivalTimestamp();
        // Not the time of reading: the row must be the same when the record is read again.
        return BadRows.notAFrame(
                shardId, record.sequenceNumber(), arrived == null ? Instant.EPOCH : arrived, bytes, detail);
    }

    @Override
    public String dataVersions() {
        return pipeline.dataVersions();
    }

    @Override
    public void leave(String shardId) {
        pool.leave(shardId);
    }
}
