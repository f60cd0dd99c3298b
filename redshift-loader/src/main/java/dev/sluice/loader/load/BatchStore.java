package dev.sluice.loader.load;

import dev.sluice.loader.staging.BatchDescriptor;
import dev.sluice.loader.staging.BatchDescriptor.StagedFile;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where staged batches lie. Calls block, and fail with {@link LoadFailure.Kind#RETRY} only. */
interface BatchStore {
    /** One object where only descriptors that wait for a load should be. */
    record Waiting(String key, long bytes, Instant since) {}

    /** What waits, as far as one look goes: bounded, in the order of keys. */
    List<Waiting> list() throws LoadFailure;

    /** The objects' bytes by key; without those that went away in the meantime. */
    Map<String, byte[]> read(Collection<String> keys) throws LoadFailure;

    void put(String key, byte[] bytes) throws LoadFailure;

    /**
     * Reads the files and tells which are not what was staged: gone, or of another size or content.
     *
     * @return what is wrong, by file; without those that nothing is wrong with
     */
    Map<StagedFile, String> damaged(Collection<StagedFile> files) throws LoadFailure;

    /** Deletes what lies below the prefix, as far as that works: what stays does no harm. */
    void deleteBelow(String prefix);

    /**
     * Moves the descriptors of loaded batches out of the listing's way. Repeating it, or dying within, does no harm: the ledger
     * says what is loaded.
     *
     * @return those that are out of the way now
     */
    List<BatchDescriptor> moveToLoaded(List<BatchDescriptor> batches);

    /** The id of the batch whose descriptor waits under this key; null when no descriptor of ours would lie there. */
    @Nullable String batchIdOf(String key);
}
