package dev.sluice.loader.staging;

/** Where batches become durable. Thread-safe. */
public interface StagingSink {
    /**
     * Makes the batch durable; when this returns, it exists and will be loaded. Blocks, and tries again, for as long as storage
     * is away. Staging a batch that exists already changes nothing.
     *
     * @return what exists now
     * @throws InterruptedException when interrupted or closed; the batch may or may not exist, so it must be staged again
     * @throws IllegalArgumentException when the batch has no rows
     */
    BatchDescriptor stage(RowBatch batch) throws InterruptedException;
}
