package dev.sluice.consumer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.kinesis.exceptions.InvalidStateException;
import software.amazon.kinesis.exceptions.ShutdownException;
import software.amazon.kinesis.processor.Checkpointer;
import software.amazon.kinesis.processor.PreparedCheckpointer;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;
import software.amazon.kinesis.retrieval.kpl.ExtendedSequenceNumber;

/** Remembers checkpoints, and can fail the n-th. Outlives a processor, as DynamoDB does. */
final class FakeCheckpointer implements RecordProcessorCheckpointer {
    /** Every checkpoint that was written; {@link ExtendedSequenceNumber#SHARD_END} is the end. */
    final List<ExtendedSequenceNumber> written = new ArrayList<>();
    /** What the n-th call (from 1) throws; null is nothing. */
    IntFunction<@Nullable Exception> fail = n -> null;

    int calls;
    Runnable onCall = () -> {};

    @Nullable ExtendedSequenceNumber last() {
        return written.isEmpty() ? null : written.getLast();
    }

    @Override
    public void checkpoint() throws InvalidStateException, ShutdownException {
        write(ExtendedSequenceNumber.SHARD_END);
    }

    @Override
    public void checkpoint(String sequenceNumber, long subSequenceNumber)
            throws InvalidStateException, ShutdownException {
        write(new ExtendedSequenceNumber(sequenceNumber, subSequenceNumber));
    }

    private void write(ExtendedSequenceNumber position) throws InvalidStateException, ShutdownException {
        onCall.run();
        Exception failure = fail.apply(++calls);
        switch (failure) {
            case null -> written.add(position);
            case InvalidStateException e -> throw e;
            case ShutdownException e -> throw e;
            case RuntimeException e -> throw e;
            default -> throw new AssertionError(failure);
        }
    }

    @Override
    public void checkpoint(Record record) {
        throw new AssertionError("not used");
    }

    @Override
    public void checkpoint(String sequenceNumber) {
        throw new AssertionError("not used");
    }

    @Override
    public PreparedCheckpointer prepareCheckpoint() {
        throw new AssertionError("not used");
    }

    @Override
    public PreparedCheckpointer prepareCheckpoint(byte[] applicationState) {
        throw new AssertionError("not used");
    }

    @Override
    public PreparedCheckpointer prepareCheckpoint(Record record) {
        throw new AssertionError("not used");
    }

    @Override
    public PreparedCheckpointer prepareCheckpoint(Record record, byte[] applicationState) {
        throw new AssertionError("not used");
    }

    @Override
    public PreparedCheckpointer prepareCheckpoint(String sequenceNumber) {
        throw new AssertionError("not used");
    }

    @Override
    public PreparedCheckpointer prepareCheckpoint(String sequenceNumber, byte[] applicationState) {
        throw new AssertionError("not used");
    }

    @Override
    public PreparedCheckpointer prepareCheckpoint(String sequenceNumber, long subSequenceNumber) {
        throw new AssertionError("not used");
    }

    @Override
    public PreparedCheckpointer prepareCheckpoint(
            String sequenceNumber, long subSequenceNumber, byte[] applicationState) {
        throw new AssertionError("not used");
    }

    @Override
    public Checkpointer checkpointer() {
        throw new AssertionError("not used");
    }
}
