package dev.sluice.loader.forget;

import dev.sluice.loader.identity.IdHash;
import dev.sluice.loader.load.LoadFailure;
import dev.sluice.loader.load.WarehouseErasure;
import dev.sluice.loader.staging.S3StagedErasure;
import dev.sluice.loader.staging.S3StagedErasure.Found;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Staged files of batches that are loaded, which nobody reads any more, and of those that are not. Stateless. */
final class StagedFiles {
    private final S3StagedErasure files;
    private final WarehouseErasure warehouse;

    /**
     * Files with the id that were not deleted.
     *
     * @param waiting of batches that wait for a load
     * @param unknown of batches that neither wait nor are loaded: a consumer may be about to write the descriptor
     */
    record Left(int waiting, int unknown) {}

    StagedFiles(S3StagedErasure files, WarehouseErasure warehouse) {
        this.files = files;
        this.warehouse = warehouse;
    }

    int count(IdHash id) {
        return files.find(id).size();
    }

    /**
     * Deletes those that hold the id and whose batch is loaded. A file of no batch that is known is left: deleted under a consumer
     * that is about to write its descriptor, it would take everybody's rows in it along. If none does, its retention ends it.
     */
    Left erase(IdHash id) throws LoadFailure {
        List<Found> found = files.find(id);
        Set<String> ids = new HashSet<>();
        found.forEach(file -> ids.add(String.valueOf(file.batchId())));
        // Asked first: a batch that is loaded between the two questions is deleted by the next run.
        Set<String> loaded = warehouse.loadedAmong(ids);
        int waiting = 0;
        int unknown = 0;
        long deleted = 0;
        for (Found file : found) {
            String batch = String.valueOf(file.batchId());
            if (loaded.contains(batch)) {
                files.delete(file);
                deleted++;
            } else if (files.waits(batch)) {
                waiting++;
            } else {
                unknown++;
            }
        }
        warehouse.receipt(id, "staged", deleted);
        return new Left(waiting, unknown);
    }
}
