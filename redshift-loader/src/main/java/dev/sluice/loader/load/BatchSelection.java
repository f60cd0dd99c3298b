package dev.sluice.loader.load;

import dev.sluice.common.Backoff;
import dev.sluice.loader.staging.BatchDescriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Chooses what goes into the next load: the longest-waiting batches up to the limits, and each batch that has failed by itself and
 * only when its time has come, so that it can't hold up the others. Confined to the loader's thread; remembers as many failures as
 * there are batches waiting.
 */
final class BatchSelection {
    /** Of those that failed, how many get another try in one pass. */
    private static final int MOST_RETRIES = 3;

    /**
     * @param maxBatches most in one load
     * @param maxRows most in one load, but for a single batch
     * @param slices of the warehouse: when more waits than one load takes, it takes a multiple of so many batches
     */
    record Limits(int maxBatches, long maxRows, int slices) {}

    /**
     * @param together to be loaded at once
     * @param alone to be loaded one by one after that
     * @param more whether batches that could have been chosen were left over
     */
    record Selected(List<BatchDescriptor> together, List<BatchDescriptor> alone, boolean more) {}

    private record Failed(int attempts, long notBeforeNanos) {}

    private final Limits limits;
    private final Backoff backoff;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private final Map<String, Failed> failed = new HashMap<>();

    BatchSelection(Limits limits, Backoff backoff, LongSupplier nanoTime, RandomGenerator random) {
        this.limits = limits;
        this.backoff = backoff;
        this.nanoTime = nanoTime;
        this.random = random;
    }

    /** @param waiting all that wait, in the order of their turn */
    Selected choose(List<BatchDescriptor> waiting) {
        Set<String> ids = new HashSet<>();
        waiting.forEach(batch -> ids.add(batch.batchId()));
        failed.keySet().retainAll(ids);

        long now = nanoTime.getAsLong();
        long rows = 0;
        boolean more = false;
        var together = new ArrayList<BatchDescriptor>();
        var alone = new ArrayList<BatchDescriptor>();
        for (BatchDescriptor batch : waiting) {
            Failed before = failed.get(batch.batchId());
            if (before != null) {
                if (now - before.notBeforeNanos >= 0 && alone.size() < MOST_RETRIES) {
                    alone.add(batch);
                }
            } else if (!more
                    && together.size() < limits.maxBatches
                    && (together.isEmpty() || rows + batch.rows() <= limits.maxRows)) {
                together.add(batch);
                rows += batch.rows();
            } else {
                more = true;
            }
        }
        return new Selected(more ? inWholeRounds(together) : together, alone, more);
    }

    /** One file is read by one slice: without the last few, no slice waits for the others in the last round. */
    private List<BatchDescriptor> inWholeRounds(List<BatchDescriptor> batches) {
        int left = batches.size() % limits.slices;
        return batches.size() > limits.slices ? batches.subList(0, batches.size() - left) : batches;
    }

    /** @return how often this batch has failed by now */
    int failed(BatchDescriptor batch) {
        int attempts = failed.containsKey(batch.batchId()) ? failed.get(batch.batchId()).attempts + 1 : 1;
        long notBefore = nanoTime.getAsLong() + backoff.delay(attempts, random).toNanos();
        failed.put(batch.batchId(), new Failed(attempts, notBefore));
        return attempts;
    }

    void loaded(BatchDescriptor batch) {
        failed.remove(batch.batchId());
    }
}
