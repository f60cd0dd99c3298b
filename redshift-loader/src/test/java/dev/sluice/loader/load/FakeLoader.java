package dev.sluice.loader.load;

import dev.sluice.common.table.Table;
import dev.sluice.loader.load.LoadResult.TableRows;
import dev.sluice.loader.staging.BatchDescriptor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A warehouse in memory, which refuses chosen batches or everything. */
final class FakeLoader implements Loader {
    final List<List<String>> loads = new ArrayList<>();
    final Set<String> inside = new HashSet<>();
    final Set<String> bad = new HashSet<>();
    /** Of the bad ones, those that can be loaded without so many rows. */
    final Map<String, Integer> curable = new HashMap<>();

    final List<String> cleaned = new ArrayList<>();
    /** How many batches were loaded by each call of {@link #loadWithoutBadRows}. */
    final List<Integer> insideWhenCleaned = new ArrayList<>();

    LoadFailure.@Nullable Kind away;
    LoadFailure.@Nullable Kind cleaningFails;
    int aborts;

    @Override
    public LoadResult load(List<BatchDescriptor> batches) throws LoadFailure {
        loads.add(batches.stream().map(BatchDescriptor::batchId).toList());
        if (away != null) {
            throw new LoadFailure(away, "away", null);
        }
        if (batches.stream().anyMatch(batch -> bad.contains(batch.batchId()))) {
            throw new LoadFailure(LoadFailure.Kind.BATCH, "bad", null);
        }
        List<BatchDescriptor> already = batches.stream()
                .filter(batch -> inside.contains(batch.batchId()))
                .toList();
        List<BatchDescriptor> loaded =
                batches.stream().filter(batch -> inside.add(batch.batchId())).toList();
        if (loaded.isEmpty()) {
            return LoadResult.nothing(already);
        }
        long rows = loaded.stream().mapToLong(BatchDescriptor::rows).sum();
        return new LoadResult(
                loaded,
                already,
                Map.of(Table.PAGE_VIEWS, new TableRows(rows, rows, 0, 0)),
                Map.of(),
                TestBatch.RECEIVED);
    }

    @Override
    public LoadResult loadWithoutBadRows(BatchDescriptor batch, LoadFailure why) throws LoadFailure {
        cleaned.add(batch.batchId());
        insideWhenCleaned.add(inside.size());
        if (cleaningFails != null) {
            throw new LoadFailure(cleaningFails, "away", null);
        }
        Integer badRows = curable.get(batch.batchId());
        if (badRows == null) {
            throw why;
        }
        inside.add(batch.batchId());
        long good = batch.rows() - badRows;
        return new LoadResult(
                List.of(batch),
                List.of(),
                Map.of(Table.PAGE_VIEWS, new TableRows(batch.rows(), good, 0, 0, badRows)),
                Map.of(QuarantineReason.TOO_LONG, (long) badRows),
                TestBatch.RECEIVED);
    }

    @Override
    public Set<String> loadedAmong(Collection<BatchDescriptor> batches) {
        return batches.stream()
                .map(BatchDescriptor::batchId)
                .filter(inside::contains)
                .collect(Collectors.toSet());
    }

    @Override
    public void abort() {
        aborts++;
    }
}
