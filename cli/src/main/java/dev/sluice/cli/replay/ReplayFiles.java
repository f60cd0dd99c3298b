package dev.sluice.cli.replay;

import dev.sluice.common.table.Table;
import dev.sluice.loader.load.SideTables;
import dev.sluice.loader.staging.BatchDescriptor.StagedFile;
import dev.sluice.loader.staging.CsvFile;
import dev.sluice.loader.staging.RowBatch;
import dev.sluice.loader.staging.StagingLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A replay's own place in the staging bucket, {@code {prefix}replay/{name}/}: no load looks there. What is in it is worth nothing
 * after the run. Thread-safe.
 */
final class ReplayFiles implements SideTables.ManifestStore {
    private static final int MOST_DELETED_AT_ONCE = 1_000;

    private final S3Client s3;
    private final StagingLayout layout;

    ReplayFiles(S3Client s3, StagingLayout staging, String name) {
        this.s3 = s3;
        this.layout = new StagingLayout(staging.bucket(), staging.prefix() + "replay/" + name + "/");
    }

    StagingLayout layout() {
        return layout;
    }

    /** Writes what an archive object gave; ends the files. */
    List<StagedFile> stage(String object, Map<Table, CsvFile> csv) {
        var staged = new ArrayList<StagedFile>();
        for (CsvFile file : csv.values()) {
            RowBatch.TableRows rows = file.finish();
            staged.add(new StagedFile(rows.table(), put(object, rows), rows.rows(), rows.gzip().length, rows.sha256()));
        }
        return staged;
    }

    private String put(String object, RowBatch.TableRows rows) {
        String unit = CsvFile.sha256(object.getBytes(StandardCharsets.UTF_8));
        String key = layout.prefix() + "data/" + unit + "/" + rows.table().tableName() + ".csv.gz";
        put(key, rows.gzip());
        return key;
    }

    @Override
    public void put(String key, byte[] bytes) {
        s3.putObject(put -> put.bucket(layout.bucket()).key(key), RequestBody.fromBytes(bytes));
    }

    void delete(List<StagedFile> files) {
        deleteKeys(files.stream().map(StagedFile::key).toList());
    }

    /** Everything, also what runs that were killed have left. */
    void deleteAll() {
        s3.listObjectsV2Paginator(list -> list.bucket(layout.bucket()).prefix(layout.prefix())).stream()
                .forEach(page ->
                        deleteKeys(page.contents().stream().map(S3Object::key).toList()));
    }

    private void deleteKeys(List<String> keys) {
        for (int from = 0; from < keys.size(); from += MOST_DELETED_AT_ONCE) {
            List<ObjectIdentifier> some =
                    keys.subList(from, Math.min(keys.size(), from + MOST_DELETED_AT_ONCE)).stream()
                            .map(key -> ObjectIdentifier.builder().key(key).build())
                            .toList();
            s3.deleteObjects(delete -> delete.bucket(layout.bucket())
                    .delete(objects -> objects.objects(some).quiet(true)));
        }
    }
}
