package dev.sluice.consumer;

import dev.sluice.consumer.FrameIntake.Enriched;
import dev.sluice.loader.staging.RowBatch;
import dev.sluice.loader.staging.RowBatchCollector;
import dev.sluice.loader.staging.StagingSink;
import org.jspecify.annotations.Nullable;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;
import software.amazon.kinesis.retrieval.kpl.ExtendedSequenceNumber;

/**
 * The second half of a shard's work: rows into batches, batches into storage, and only then the checkpoint. Confined to the
 * shard's thread.
 */
final class ShardStager {
    private final RowBatchCollector collector;
    private final StagingSink sink;
    private final DurableProgress progress;
    private final Checkpoints checkpoints;
    private final ConsumerMetrics metrics;

    /** The last record in the collector; null when that is empty. */
    private @Nullable ExtendedSequenceNumber last;

    ShardStager(
            RowBatchCollector collector,
            StagingSink sink,
            DurableProgress progress,
            Checkpoints checkpoints,
            ConsumerMetrics metrics) {
        this.collector = collector;
        this.sink = sink;
        this.progress = progress;
        this.checkpoints = checkpoints;
        this.metrics = metrics;
    }

    /** Takes one record's rows; stages first what is full. */
    void add(Enriched record, RecordProcessorCheckpointer checkpointer)
            throws InterruptedException, LeaseLostException {
        String sequenceNumber = record.position().sequenceNumber();
        if (collector.mustCloseBefore(sequenceNumber)) {
            stage();
            checkpoints.advance(checkpointer);
        }
        collector.add(sequenceNumber, record.rows());
        metrics.collected(record.rows());
        last = record.position();
    }

    /** Stages when it is time, and checkpoints what is durable and isn't yet. */
    void stageIfDue(RecordProcessorCheckpointer checkpointer) throws InterruptedException, LeaseLostException {
        if (collector.isDue()) {
            stage();
        }
        checkpoints.advance(checkpointer);
    }

    /** Stages all there is and checkpoints it: the lease is about to go. */
    void finish(RecordProcessorCheckpointer checkpointer) throws InterruptedException, LeaseLostException {
        stage();
        checkpoints.advanceForGood(checkpointer);
    }

    /** Stages all there is and ends the shard. */
    void finishShard(RecordProcessorCheckpointer checkpointer) throws InterruptedException, LeaseLostException {
        stage();
        checkpoints.shardEnd(checkpointer);
    }

    /** Lets go of what isn't staged; whoever holds the shard next reads it again. */
    void discard() {
        metrics.discarded(collector.rows());
        collector.discard();
        last = null;
    }

    private void stage() throws InterruptedException {
        if (last == null) {
            return;
        }
        RowBatch batch = collector.close();
        if (!batch.isEmpty()) {
            boolean staged = false;
            try {
                sink.stage(batch);
                staged = true;
            } finally {
                if (!staged) {
                    metrics.discarded(batch.rows());
                }
            }
        }
        progress.durable(last);
        last = null;
    }
}
