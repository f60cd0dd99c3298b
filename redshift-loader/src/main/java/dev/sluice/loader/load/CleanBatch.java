package dev.sluice.loader.load;

import dev.sluice.common.table.Table;
import dev.sluice.loader.staging.BatchDescriptor;
import dev.sluice.loader.staging.BatchDescriptor.StagedFile;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A batch as it is to be loaded: as staged, or with files from which the bad rows are taken out. Immutable.
 *
 * @param batch as staged
 * @param files to be loaded in place of the staged ones
 * @param badRows the one file of the rows of {@code bad_events} that the bad rows became; empty when there are none
 * @param quarantined how many rows of each table were bad
 * @param reasons how many were bad for each reason
 */
record CleanBatch(
        BatchDescriptor batch,
        List<StagedFile> files,
        List<StagedFile> badRows,
        Map<Table, Long> quarantined,
        Map<QuarantineReason, Long> reasons) {
    CleanBatch {
        files = List.copyOf(files);
        badRows = List.copyOf(badRows);
        quarantined = Map.copyOf(quarantined);
        reasons = Map.copyOf(reasons);
    }

    static CleanBatch asStaged(BatchDescriptor batch) {
        return new CleanBatch(batch, batch.files(), List.of(), Map.of(), Map.of());
    }

    /** The files of several batches, by table. */
    static Map<Table, List<StagedFile>> filesByTable(List<CleanBatch> batches) {
        var files = new EnumMap<Table, List<StagedFile>>(Table.class);
        for (Table table : Table.values()) {
            List<StagedFile> ofTable = batches.stream()
                    .flatMap(batch -> batch.files().stream())
                    .filter(file -> file.table() == table)
                    .toList();
            if (!ofTable.isEmpty()) {
                files.put(table, ofTable);
            }
        }
        return files;
    }

    static long quarantined(List<CleanBatch> batches, Table table) {
        return batches.stream()
                .mapToLong(batch -> batch.quarantined().getOrDefault(table, 0L))
                .sum();
    }
}
