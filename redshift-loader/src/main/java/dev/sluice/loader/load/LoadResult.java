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
 * @param reasons how many rows went to quarantine for each
 * @param loadedAt what the rows carry; null when nothing was loaded
 */
record LoadResult(
        List<BatchDescriptor> loaded,
        List<BatchDescriptor> alreadyLoaded,
        Map<Table, TableRows> tables,
        Map<QuarantineReason, Long> reasons,
        @Nullable Instant loadedAt) {

    /** Where one table's staged rows went: {@code staged = inserted + pipelineRepeats + browserRepeats + quarantined}. */
    record TableRows(long staged, long inserted, long pipelineRepeats, long browserRepeats, long quarantined) {
        TableRows(long staged, long inserted, long pipelineRepeats, long browserRepeats) {
            this(staged, inserted, pipelineRepeats, browserRepeats, 0);
        }

        TableRows {
            if (inserted < 0
                    || pipelineRepeats < 0
                    || browserRepeats < 0
                    || quarantined < 0
                    || staged != inserted + pipelineRepeats + browserRepeats + quarantined) {
                throw new IllegalArgumentException("rows don't add up: " + staged + " staged, " + inserted
                        + " inserted, " + pipelineRepeats + " + " + browserRepeats + " repeats, " + quarantined
                        + " quarantined");
            }
        }
    }

    LoadResult {
        loaded = List.copyOf(loaded);
        alreadyLoaded = List.copyOf(alreadyLoaded);
        tables = Map.copyOf(tables);
        reasons = Map.copyOf(reasons);
    }

    static LoadResult nothing(List<BatchDescriptor> alreadyLoaded) {
        return new LoadResult(List.of(), alreadyLoaded, Map.of(), Map.of(), null);
    }

    long pipelineRepeats() {
        return tables.values().stream().mapToLong(TableRows::pipelineRepeats).sum();
    }

    long quarantined() {
        return tables.values().stream().mapToLong(TableRows::quarantined).sum();
    }

    long browserRepeats() {
        return tables.values().stream().mapToLong(TableRows::browserRepeats).sum();
    }
}
