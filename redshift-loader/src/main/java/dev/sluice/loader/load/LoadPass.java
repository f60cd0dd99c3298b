package dev.sluice.loader.load;

import dev.sluice.loader.load.BatchSelection.Selected;
import dev.sluice.loader.staging.BatchDescriptor;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pass: list what waits, load it, move it out of the way. A batch with a damaged file is not loaded and left waiting. A batch
 * that can't be loaded is found by halving; when all others are loaded it is loaded without its bad rows, and left waiting when
 * that can't be done. Confined to the loader's thread.
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
            var atFault = new LinkedHashMap<BatchDescriptor, LoadFailure>();
            load(undamaged(selected.together(), done), done, atFault);
            for (BatchDescriptor batch : undamaged(selected.alone(), done)) {
                load(List.of(batch), done, atFault);
            }
            // Last, as finding bad rows takes a while.
            for (Map.Entry<BatchDescriptor, LoadFailure> entry : atFault.entrySet()) {
                loadWithoutBadRows(entry.getKey(), entry.getValue(), done);
            }
        } finally {
            metrics.waiting(
                    batches.stream().filter(batch -> !done.contains(batch)).toList());
        }
        // Once more for those that an earlier pass could not move; without any, S3 isn't called.
        waiting.finish(List.of());
        return selected.more();
    }

    /** Without those that have a damaged file; they stay, unless they are loaded already and need no file any more. */
    private List<BatchDescriptor> undamaged(List<BatchDescriptor> batches, Set<BatchDescriptor> done)
            throws LoadFailure {
        Map<BatchDescriptor, List<String>> damaged = waiting.damagedAmong(batches);
        if (damaged.isEmpty()) {
            return batches;
        }
        Set<String> loaded = loader.loadedAmong(damaged.keySet());
        for (Map.Entry<BatchDescriptor, List<String>> entry : damaged.entrySet()) {
            BatchDescriptor batch = entry.getKey();
            if (loaded.contains(batch.batchId())) {
                finished(List.of(batch), LoadResult.nothing(List.of(batch)), 0, done);
            } else if (leave(batch, String.join(", ", entry.getValue()))) {
                metrics.objectsDamaged(entry.getValue().size());
            }
        }
        return batches.stream().filter(batch -> !damaged.containsKey(batch)).toList();
    }

    private void load(
            List<BatchDescriptor> batches, Set<BatchDescriptor> done, Map<BatchDescriptor, LoadFailure> atFault)
            throws LoadFailure {
        if (batches.isEmpty()) {
            return;
        }
        long began = nanoTime.getAsLong();
        try {
            LoadResult result = loader.load(batches);
            finished(batches, result, nanoTime.getAsLong() - began, done);
        } catch (LoadFailure e) {
            metrics.failed(e.kind());
            if (e.kind() != LoadFailure.Kind.BATCH) {
                throw e;
            }
            if (batches.size() == 1) {
                atFault.put(batches.getFirst(), e);
            } else {
                int half = batches.size() / 2;
                load(batches.subList(0, half), done, atFault);
                load(batches.subList(half, batches.size()), done, atFault);
            }
        }
    }

    private void loadWithoutBadRows(BatchDescriptor batch, LoadFailure why, Set<BatchDescriptor> done)
            throws LoadFailure {
        long began = nanoTime.getAsLong();
        try {
            LoadResult result = loader.loadWithoutBadRows(batch, why);
            finished(List.of(batch), result, nanoTime.getAsLong() - began, done);
            LOG.warn(
                    "Batch {}: {} of {} rows are bad and went to bad_events: {}",
                    batch.batchId(),
                    result.quarantined(),
                    batch.rows(),
                    result.reasons());
        } catch (LoadFailure e) {
            metrics.failed(e.kind());
            if (e.kind() != LoadFailure.Kind.BATCH) {
                // From now on by itself: whatever it was, it came with this batch.
                selection.failed(batch);
                throw e;
            }
            leave(batch, String.valueOf(e.getMessage()));
        }
    }

    private void finished(List<BatchDescriptor> batches, LoadResult result, long nanos, Set<BatchDescriptor> done) {
        metrics.loaded(result, nanos);
        batches.forEach(selection::loaded);
        done.addAll(batches);
        waiting.finish(batches);
    }

    /** @return whether this is the first time */
    private boolean leave(BatchDescriptor batch, String why) {
        int attempts = selection.failed(batch);
        metrics.batchFailed();
        if (attempts == 1) {
            LOG.warn("Batch {} of {} rows can't be loaded, and stays waiting: {}", batch.batchId(), batch.rows(), why);
        } else {
            LOG.debug("Batch {} failed for the {}th time: {}", batch.batchId(), attempts, why);
        }
        return attempts == 1;
    }
}
