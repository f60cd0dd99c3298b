package dev.sluice.loader.load;

import dev.sluice.loader.staging.BatchDescriptor;
import java.util.List;

/** Makes batches visible, all of them or none. */
interface Loader {
    LoadResult load(List<BatchDescriptor> batches) throws LoadFailure;

    /** Breaks off a load that is under way, from any thread; may have to be asked again. */
    void abort();
}
