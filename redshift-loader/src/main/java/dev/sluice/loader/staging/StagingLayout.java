package dev.sluice.loader.staging;

import dev.sluice.common.table.Table;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Where staged things lie in the bucket. Keys hold only {@code [A-Za-z0-9/=_.-]}, as a COPY statement cannot bind its path.
 *
 * <pre>
 * {prefix}staged/data/{shard}/{first}-{last}-{hash}/{table}.csv.gz   a batch's files
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

    /** Everything below it is a file of a batch: one that waits, one that was loaded, or one that never came to be. */
    public String dataPrefix() {
        return prefix + "staged/data/";
    }

    /** The batch that a file below {@link #dataPrefix} was written for; null when no file of ours has such a key. */
    public @Nullable String batchIdOfData(String key) {
        String[] parts = key.startsWith(dataPrefix())
                ? key.substring(dataPrefix().length()).split("/", -1)
                : new String[0];
        int hash = parts.length == 3 ? parts[1].lastIndexOf('-') : -1;
        return hash <= 0 ? null : parts[0] + "_" + parts[1].substring(0, hash);
    }

    /** Everything below it is a descriptor that waits for the loader. */
    public String waitingPrefix() {
        return prefix + "staged/batches/";
    }

    public String waitingKey(String batchId) {
        return waitingPrefix() + ObjectKeys.part(batchId) + ".json";
    }

    public String cleanPrefix() {
        return prefix + "staged/clean/";
    }

    /** Where a batch's files without its bad rows lie, and what is tried out to find these; gone after the load. */
    public String cleanPrefix(String batchId) {
        return cleanPrefix() + ObjectKeys.part(batchId) + "/";
    }

    public String loadedPrefix() {
        return prefix + "loaded/";
    }

    public String loadedKey(LocalDate day, String batchId) {
        return loadedPrefix() + "dt=" + day + "/" + ObjectKeys.part(batchId) + ".json";
    }

    public String manifestPrefix() {
        return prefix + "manifests/";
    }

    public String manifestKey(String load, String tableName) {
        return manifestPrefix() + ObjectKeys.part(load) + "/" + ObjectKeys.part(tableName) + ".manifest";
    }
}
