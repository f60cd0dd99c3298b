package dev.sluice.loader.load;

import dev.sluice.loader.load.BatchSelection.Selected;
import dev.sluice.loader.staging.BatchDescriptor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pass: list what waits, load it, move it out of the way. A batch that can't be loaded is found by halving and left waiting;
 * the others go on. Confined to the loader's thread.
 */
final class LoadPass {
    private static final Logger LOG = LoggerFactory.getLogger(LoadPass.class);

    private final WaitingBatches waiting;
    private final BatchSelection selection;
    private final Loader loader;
    private final LoaderMetrics metrics;
    private final LongSupplier nanoTime;

    LoadPass(
            WaitingBatches waiting,
            BatchSelection selection,
            Loader loader,
            LoaderMetrics metrics,
            LongSupplier nanoTime) {
        this.waiting = waiting;
        this.selection = selection;
        this.loader = loader;
        this.metrics = metrics;
        this.nanoTime = nanoTime;
    }

    /**
     * @return whether more waits than one load takes
     * @throws LoadFailure of kind RETRY or FATAL; what was loaded before it stays loaded
     */
    boolean run() throws LoadFailure {
        List<BatchDescriptor> batches = waiting.list();
        metrics.waiting(batches);
        Selected selected = selection.choose(batches);
        Set<BatchDescriptor> done = new HashSet<>();
        try {
            load(selected.together(), done);
            for (BatchDescriptor batch : selected.alone()) {
                load(List.of(batch), done);
            }
        } finally {
            metrics.waiting(
                    batches.stream().filter(batch -> !done.contains(batch)).toList());
        }
        // Once more for those that an earlier pass could not move; without any, S3 isn't called.
        waiting.finish(List.of());
        return selected.more();
    }

    private void load(List<BatchDescriptor> batches, Set<BatchDescriptor> done) throws LoadFailure {
        if (batches.isEmpty()) {
            return;
        }
        long began = nanoTime.getAsLong();
        try {
            LoadResult result = loader.load(batches);
            metrics.loaded(result, nanoTime.getAsLong() - began);
            batches.forEach(selection::loaded);
            done.addAll(batches);
            waiting.finish(batches);
        } catch (LoadFailure e) {
            metrics.failed(e.kind());
            if (e.kind() != LoadFailure.Kind.BATCH) {
                throw e;
            }
            if (batches.size() == 1) {
                leave(batches.getFirst(), e);
            } else {
                int half = batches.size() / 2;
                load(batches.subList(0, half), done);
                load(batches.subList(half, batches.size()), done);
            }
        }
    }

    private void leave(BatchDescriptor batch, LoadFailure why) {
        int attempts = selection.failed(batch);
        metrics.batchFailed();
        if (attempts == 1) {
            LOG.warn(
                    "Batch {} of {} rows can't be loaded, and stays waiting: {}",
                    batch.batchId(),
                    batch.rows(),
                    why.getMessage());
        } else {
            LOG.debug("Batch {} failed for the {}th time: {}", batch.batchId(), attempts, why.getMessage());
        }
    }
}
