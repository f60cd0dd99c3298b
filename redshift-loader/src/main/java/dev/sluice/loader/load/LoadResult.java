package dev.sluice.loader.load;

import dev.sluice.common.table.Table;
import dev.sluice.loader.staging.BatchDescriptor;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one load did. Immutable.
 *
 * @param loaded by this load
 * @param alreadyLoaded by one before, as the ledger says
 * @param tables rows by table, of the loaded ones; without those that no batch had rows for
 * @param loadedAt what the rows carry; null when nothing was loaded
 */
record LoadResult(
        List<BatchDescriptor> loaded,
        List<BatchDescriptor> alreadyLoaded,
        Map<Table, TableRows> tables,
        @Nullable Instant loadedAt) {

    /** Where the staged rows of one table went: {@code staged = inserted + pipelineRepeats + browserRepeats}. */
    record TableRows(long staged, long inserted, long pipelineRepeats, long browserRepeats) {
        TableRows {
            if (inserted < 0
                    || pipelineRepeats < 0
                    || browserRepeats < 0
                    || staged != inserted + pipelineRepeats + browserRepeats) {
                throw new IllegalArgumentException("rows don't add up: " + staged + " staged, " + inserted
                        + " inserted, " + pipelineRepeats + " + " + browserRepeats + " repeats");
            }
        }
    }

    LoadResult {
        loaded = List.copyOf(loaded);
        alreadyLoaded = List.copyOf(alreadyLoaded);
        tables = Map.copyOf(tables);
    }

    static LoadResult nothing(List<BatchDescriptor> alreadyLoaded) {
        return new LoadResult(List.of(), alreadyLoaded, Map.of(), null);
    }

    long pipelineRepeats() {
        return tables.values().stream().mapToLong(TableRows::pipelineRepeats).sum();
    }

    long browserRepeats() {
        return tables.values().stream().mapToLong(TableRows::browserRepeats).sum();
    }
}
