package dev.sluice.loader.load;

import dev.sluice.loader.staging.BatchDescriptor;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Makes batches visible, all of them or none. */
interface Loader {
    LoadResult load(List<BatchDescriptor> batches) throws LoadFailure;

    /**
     * Loads a batch whose load failed with {@link LoadFailure.Kind#BATCH}, its bad rows as rows of {@code bad_events}.
     *
     * @param why it failed
     * @throws LoadFailure of kind BATCH when bad rows are not what is wrong with it, or it has too many
     */
    LoadResult loadWithoutBadRows(BatchDescriptor batch, LoadFailure why) throws LoadFailure;

    /** The ids of those that the ledger holds. */
    Set<String> loadedAmong(Collection<BatchDescriptor> batches) throws LoadFailure;

    /** Breaks off a load that is under way, from any thread; may have to be asked again. */
    void abort();
}
