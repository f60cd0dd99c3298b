package dev.sluice.loader.staging;

import dev.sluice.common.table.Table;
import java.time.LocalDate;

/**
 * Where staged things lie in the bucket. Keys hold only {@code [A-Za-z0-9/=_.-]}, as a COPY statement cannot bind its path.
 *
 * <pre>
 * {prefix}staged/data/{shard}/{first}-{last}-{hash}/{table}.csv.gz   a batch's files, kept until a lifecycle rule ends them
 * {prefix}staged/batches/{shard}_{first}-{last}.json                 its descriptor, while it waits for the loader
 * {prefix}loaded/dt={day}/{shard}_{first}-{last}.json                its descriptor, after the commit
 * {prefix}staged/clean/{shard}_{first}-{last}/…                      files without the batch's bad rows, while they are being loaded
 * {prefix}manifests/{load}/{table}.manifest                          what one COPY read
 * </pre>
 *
 * @param bucket the staging bucket
 * @param prefix empty, or ending in a slash
 */
public record StagingLayout(String bucket, String prefix) {
    public StagingLayout {
        prefix = ObjectKeys.prefix("the staging", prefix);
    }

    /** A batch's id: also the name of its descriptor. */
    public static String batchId(String shard, String first, String last) {
        return ObjectKeys.part(shard) + "_" + ObjectKeys.part(first) + "-" + ObjectKeys.part(last);
    }

    public String dataKey(BatchDescriptor.Range range, String contentHash, Table table) {
        return prefix + "staged/data/" + ObjectKeys.part(range.shard()) + "/" + ObjectKeys.part(range.first()) + "-"
                + ObjectKeys.part(range.last()) + "-" + ObjectKeys.part(contentHash) + "/" + table.tableName()
                + ".csv.gz";
    }

    /** Everything below it is a descriptor that waits for the loader. */
    public String waitingPrefix() {
        return prefix + "staged/batches/";
    }

    public String waitingKey(String batchId) {
        return waitingPrefix() + ObjectKeys.part(batchId) + ".json";
    }

    /** Where a batch's files without its bad rows lie, and what is tried out to find these; gone after the load. */
    public String cleanPrefix(String batchId) {
        return prefix + "staged/clean/" + ObjectKeys.part(batchId) + "/";
    }

    public String loadedKey(LocalDate day, String batchId) {
        return prefix + "loaded/dt=" + day + "/" + ObjectKeys.part(batchId) + ".json";
    }

    public String manifestKey(String load, String tableName) {
        return prefix + "manifests/" + ObjectKeys.part(load) + "/" + ObjectKeys.part(tableName) + ".manifest";
    }
}
