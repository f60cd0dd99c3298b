package dev.sluice.consumer;

import dev.sluice.consumer.FrameIntake.Enriched;
import dev.sluice.loader.staging.RowBatch;
import dev.sluice.loader.staging.RowBatchCollector;
import dev.sluice.loader.staging.StagingSink;
import dev.sluice.loader.staging.archive.ShardArchive;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;
import software.amazon.kinesis.retrieval.kpl.ExtendedSequenceNumber;

/**
 * The second half of a shard's work: rows into batches, batches into storage, records into the archive, and only then the checkpoint.
 * Batches are staged every few seconds, the archive is written far less often: in between, rows are on their way to the warehouse whose
 * records are not checkpointed, and who reads them again makes the same rows. Confined to the shard's thread.
 */
final class ShardStager {
    /** What must both be durable before a checkpoint. */
    record Storage(StagingSink rows, ShardArchive archive) {}

    private final RowBatchCollector collector;
    private final Storage storage;
    private final DurableProgress progress;
    private final Checkpoints checkpoints;
    private final ConsumerMetrics metrics;

    /** The last record in the collector; null when that is empty. */
    private @Nullable ExtendedSequenceNumber last;
    /** The last record whose rows are staged; null when all of these are archived too. */
    private @Nullable ExtendedSequenceNumber staged;

    ShardStager(
            RowBatchCollector collector,
            Storage storage,
            DurableProgress progress,
            Checkpoints checkpoints,
            ConsumerMetrics metrics) {
        this.collector = collector;
        this.storage = storage;
        this.progress = progress;
        this.checkpoints = checkpoints;
        this.metrics = metrics;
    }

    /** Takes one record and its rows; stages first what is full. */
    void add(Enriched enriched, RecordProcessorCheckpointer checkpointer)
            throws InterruptedException, LeaseLostException {
        String sequenceNumber = enriched.position().sequenceNumber();
        boolean archiveFirst =
                mustArchiveBefore(sequenceNumber, enriched.record().arrivedAt());
        if (archiveFirst || collector.mustCloseBefore(sequenceNumber)) {
            stage(archiveFirst);
            checkpoints.advance(checkpointer);
        }
        storage.archive().add(enriched.record());
        collector.madeWith(enriched.dataBefore());
        collector.madeWith(enriched.dataAfter());
        collector.add(sequenceNumber, enriched.rows());
        metrics.collected(enriched.rows());
        last = enriched.position();
    }

    /** Never between parts of one record, as the batch, which cannot be cut there, is staged first. */
    private boolean mustArchiveBefore(String sequenceNumber, Instant arrivedAt) {
        return storage.archive().mustWriteBefore(arrivedAt)
                && (last == null || !last.sequenceNumber().equals(sequenceNumber));
    }

    /** Stages and archives when it is time, and checkpoints what is durable and isn't yet. */
    void stageIfDue(RecordProcessorCheckpointer checkpointer) throws InterruptedException, LeaseLostException {
        boolean archive = storage.archive().isDue();
        if (archive || collector.isDue()) {
            stage(archive);
        }
        checkpoints.advance(checkpointer);
    }

    /** Stages all there is and checkpoints it: the lease is about to go. */
    void finish(RecordProcessorCheckpointer checkpointer) throws InterruptedException, LeaseLostException {
        stage(true);
        checkpoints.advanceForGood(checkpointer);
    }

    /** Stages all there is and ends the shard. */
    void finishShard(RecordProcessorCheckpointer checkpointer) throws InterruptedException, LeaseLostException {
        stage(true);
        checkpoints.shardEnd(checkpointer);
    }

    /** Lets go of what isn't durable; whoever holds the shard next reads it again. Nothing is called after. */
    void discard() {
        metrics.discarded(collector.rows());
        collector.discard();
        storage.archive().close();
        last = null;
        staged = null;
    }

    private void stage(boolean archiveToo) throws InterruptedException {
        if (last != null) {
            stageRows();
            staged = last;
            last = null;
        }
        if (archiveToo) {
            storage.archive().write();
        }
        if (staged != null && storage.archive().isEmpty()) {
            progress.durable(staged);
            staged = null;
        }
    }

    private void stageRows() throws InterruptedException {
        RowBatch batch = collector.close();
        if (batch.isEmpty()) {
            return;
        }
        boolean done = false;
        try {
            storage.rows().stage(batch);
            done = true;
        } finally {
            if (!done) {
                metrics.discarded(batch.rows());
            }
        }
    }
}
