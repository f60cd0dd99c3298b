package dev.sluice.consumer;

import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;
import software.amazon.kinesis.processor.ShardRecordProcessor;
import software.amazon.kinesis.retrieval.KinesisClientRecord;
import software.amazon.kinesis.retrieval.kpl.ExtendedSequenceNumber;

/**
 * Reads one shard for one lease: records to rows, rows to batches, batches and records to storage, then the checkpoint. Called by KCL on
 * one thread at a time.
 *
 * <p>Nothing escapes to KCL, which would skip the records and go on. Once a record was given up, for whatever reason, this
 * object does nothing more and checkpoints nothing more: KCL delivers the next records all the same, and a checkpoint past the
 * gap would lose it. The next holder of the lease starts at the last checkpoint.
 */
final class ShardProcessor implements ShardRecordProcessor {
    private static final Logger LOG = LoggerFactory.getLogger(ShardProcessor.class);

    private final Function<String, ShardParts> partsOf;
    private final ConsumerMetrics metrics;
    private final Consumer<Throwable> fatal;

    /** Null before {@link #initialize} and when this is over. */
    private @Nullable ShardParts parts;

    /**
     * @param partsOf makes the parts for a shard, by its id
     * @param fatal told of a failure that no repeat can mend; must stop the process and not throw
     */
    ShardProcessor(Function<String, ShardParts> partsOf, ConsumerMetrics metrics, Consumer<Throwable> fatal) {
        this.partsOf = partsOf;
        this.metrics = metrics;
        this.fatal = fatal;
    }

    @Override
    public void initialize(InitializationInput input) {
        ShardParts made = partsOf.apply(input.shardId());
        parts = made;
        metrics.watch(made.status());
        LOG.info("Reading {} from {}", made.id(), input.extendedSequenceNumber());
    }

    @Override
    public void processRecords(ProcessRecordsInput input) {
        guarded(shard -> {
            Long millisBehind = input.millisBehindLatest();
            shard.status().read(millisBehind == null ? 0 : millisBehind);
            RecordProcessorCheckpointer checkpointer = input.checkpointer();
            for (KinesisClientRecord record : input.records()) {
                var position = new ExtendedSequenceNumber(record.sequenceNumber(), record.subSequenceNumber());
                if (!shard.progress().delivered(position)) {
                    metrics.repeated();
                    continue;
                }
                while (shard.intake().isFull()) {
                    shard.stager().add(shard.intake().takeOldest(), checkpointer);
                }
                shard.intake().submit(position, record);
            }
            drain(shard, checkpointer);
            shard.stager().stageIfDue(checkpointer);
        });
    }

    /** Also called before {@link #initialize}, and after {@link #shutdownRequested}. */
    @Override
    public void leaseLost(LeaseLostInput input) {
        guarded(shard -> {
            metrics.leaseLost();
            LOG.info("Lost the lease of {}; what was not staged is left to its new holder", shard.id());
            giveUp(shard);
        });
    }

    @Override
    public void shardEnded(ShardEndedInput input) {
        guarded(shard -> {
            shard.stager().finishShard(input.checkpointer());
            LOG.info("{} has ended; all of it is staged", shard.id());
            giveUp(shard);
        });
    }

    @Override
    public void shutdownRequested(ShutdownRequestedInput input) {
        guarded(shard -> {
            shard.stager().finish(input.checkpointer());
            LOG.info("Staged all that was read of {}", shard.id());
            giveUp(shard);
        });
    }

    private static void drain(ShardParts shard, RecordProcessorCheckpointer checkpointer)
            throws InterruptedException, LeaseLostException {
        while (!shard.intake().isEmpty()) {
            shard.stager().add(shard.intake().takeOldest(), checkpointer);
        }
    }

    /**
     * Runs a step, and judges what stops it: the process ends, the lease went, or a fault that must end the process. An Error
     * too must neither reach KCL nor be swallowed, so it goes to the one who stops the process.
     */
    private void guarded(Step step) {
        ShardParts shard = parts;
        if (shard == null) {
            return;
        }
        try {
            step.run(shard);
        } catch (InterruptedException e) {
            LOG.info("Stopped while working on {}; what was not staged will be read again", shard.id());
            giveUp(shard);
            Thread.currentThread().interrupt();
        } catch (LeaseLostException e) {
            metrics.leaseLost();
            LOG.info("The lease of {} is another consumer's; what was not staged is left to it", shard.id());
            giveUp(shard);
        } catch (Throwable e) {
            giveUp(shard);
            fatal.accept(e);
        }
    }

    private void giveUp(ShardParts shard) {
        parts = null;
        metrics.unwatch(shard.status());
        shard.intake().discard();
        shard.stager().discard();
    }

    /** What one call of KCL's does. */
    private interface Step {
        void run(ShardParts shard) throws InterruptedException, LeaseLostException;
    }
}
