package dev.sluice.loader.load;

import dev.sluice.common.table.Table;
import dev.sluice.loader.load.LoadResult.TableRows;
import dev.sluice.loader.staging.BatchDescriptor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A warehouse in memory, which refuses chosen batches or everything. */
final class FakeLoader implements Loader {
    final List<List<String>> loads = new ArrayList<>();
    final Set<String> inside = new HashSet<>();
    final Set<String> bad = new HashSet<>();
    LoadFailure.@Nullable Kind away;
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
                loaded, already, Map.of(Table.PAGE_VIEWS, new TableRows(rows, rows, 0, 0)), TestBatch.RECEIVED);
    }

    @Override
    public void abort() {
        aborts++;
    }
}
