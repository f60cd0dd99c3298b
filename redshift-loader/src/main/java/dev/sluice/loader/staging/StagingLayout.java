package dev.sluice.loader.staging;

import dev.sluice.common.table.Table;
import java.time.LocalDate;
import java.util.regex.Pattern;

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
    private static final Pattern SAFE_PREFIX = Pattern.compile("|(?:[A-Za-z0-9=_.-]+/)+");
    private static final Pattern UNSAFE = Pattern.compile("[^A-Za-z0-9=_.-]");

    public StagingLayout {
        if (!SAFE_PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException(
                    "the staging prefix must be empty or end in '/', of [A-Za-z0-9/=_.-]: '" + prefix + "'");
        }
    }

    /** A batch's id: also the name of its descriptor. */
    public static String batchId(String shard, String first, String last) {
        return safe(shard) + "_" + safe(first) + "-" + safe(last);
    }

    public String dataKey(BatchDescriptor.Range range, String contentHash, Table table) {
        return prefix + "staged/data/" + safe(range.shard()) + "/" + safe(range.first()) + "-" + safe(range.last())
                + "-" + safe(contentHash) + "/" + table.tableName() + ".csv.gz";
    }

    /** Everything below it is a descriptor that waits for the loader. */
    public String waitingPrefix() {
        return prefix + "staged/batches/";
    }

    public String waitingKey(String batchId) {
        return waitingPrefix() + safe(batchId) + ".json";
    }

    /** Where a batch's files without its bad rows lie, and what is tried out to find these; gone after the load. */
    public String cleanPrefix(String batchId) {
        return prefix + "staged/clean/" + safe(batchId) + "/";
    }

    public String loadedKey(LocalDate day, String batchId) {
        return prefix + "loaded/dt=" + day + "/" + safe(batchId) + ".json";
    }

    public String manifestKey(String load, String tableName) {
        return prefix + "manifests/" + safe(load) + "/" + safe(tableName) + ".manifest";
    }

    private static String safe(String part) {
        return UNSAFE.matcher(part).replaceAll("-");
    }
}
