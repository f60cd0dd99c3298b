package dev.sluice.consumer;

import dev.sluice.loader.staging.RetryPause;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.kinesis.exceptions.InvalidStateException;
import software.amazon.kinesis.exceptions.KinesisClientLibDependencyException;
import software.amazon.kinesis.exceptions.ShutdownException;
import software.amazon.kinesis.exceptions.ThrottlingException;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;
import software.amazon.kinesis.retrieval.kpl.ExtendedSequenceNumber;

/**
 * Writes one shard's checkpoints: the one place that judges KCL's failures at it. A throttled or absent DynamoDB: later, with a newer
 * position, as a checkpoint that is missing only means reading again. A lost lease: {@link LeaseLostException}. Anything else: a fault of ours, passed on.
 * Confined to the shard's thread.
 */
final class Checkpoints {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
    /** At the end of a lease: after so many failures the next holder reads again, which costs less than holding up a stop. */
    private static final int ATTEMPTS_AT_THE_END = 5;

    private final DurableProgress progress;
    private final ConsumerMetrics metrics;
    private final RetryPause pause;
    private boolean failing;

    Checkpoints(DurableProgress progress, ConsumerMetrics metrics, RetryPause pause) {
        this.progress = progress;
        this.metrics = metrics;
        this.pause = pause;
    }

    /**
     * Checkpoints what is durable, if that is more than the last time.
     *
     * @return false when it failed and is to be tried again
     */
    boolean advance(RecordProcessorCheckpointer checkpointer) throws LeaseLostException {
        var due = progress.toCheckpoint();
        if (due.isEmpty()) {
            return true;
        }
        ExtendedSequenceNumber position = due.get();
        boolean done = attempt(() -> checkpointer.checkpoint(position.sequenceNumber(), position.subSequenceNumber()));
        if (done) {
            progress.checkpointed(position);
        }
        return done;
    }

    /** Like {@link #advance}, several times if need be: nobody will call again. */
    void advanceForGood(RecordProcessorCheckpointer checkpointer) throws LeaseLostException, InterruptedException {
        for (int attempt = 1; !advance(checkpointer) && attempt < ATTEMPTS_AT_THE_END; attempt++) {
            pause.await(attempt);
        }
    }

    /**
     * Tells KCL that the shard is done with, so that its children may begin: the one place where a checkpoint without a position is
     * right. Tries until it works, as the children wait for it.
     */
    void shardEnd(RecordProcessorCheckpointer checkpointer) throws LeaseLostException, InterruptedException {
        if (!progress.isAllDurable()) {
            throw new IllegalStateException("the shard has records that are not durable");
        }
        for (int attempt = 1; !attempt(checkpointer::checkpoint); attempt++) {
            pause.await(attempt);
        }
        progress.toCheckpoint().ifPresent(progress::checkpointed);
    }

    private boolean attempt(Attempt attempt) throws LeaseLostException {
        try {
            attempt.run();
        } catch (ShutdownException e) {
            throw new LeaseLostException(e);
        } catch (ThrottlingException | KinesisClientLibDependencyException | InvalidStateException e) {
            return failed(e);
        } catch (RuntimeException e) {
            if (isOfTheSdk(e)) {
                return failed(e);
            }
            throw e;
        }
        metrics.checkpoint(true);
        if (failing) {
            LOG.info("Checkpointing works again");
        }
        failing = false;
        return true;
    }

    private boolean failed(Exception e) {
        metrics.checkpoint(false);
        if (failing) {
            LOG.debug("Checkpointing failed again", e);
        } else {
            LOG.warn("Checkpointing failed; staging goes on, and it is tried again", e);
        }
        failing = true;
        return false;
    }

    /** Whether DynamoDB didn't answer: KCL passes on as a bare RuntimeException what it has no exception of its own for. */
    private static boolean isOfTheSdk(RuntimeException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SdkException) {
                return true;
            }
        }
        return false;
    }

    /** One attempt. */
    private interface Attempt {
        void run() throws InvalidStateException, ShutdownException;
    }
}
