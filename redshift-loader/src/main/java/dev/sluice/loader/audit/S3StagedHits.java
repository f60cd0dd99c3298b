package dev.sluice.loader.audit;

import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Table;
import dev.sluice.loader.staging.BatchDescriptor;
import dev.sluice.loader.staging.StagingLayout;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** What consumers staged: batches that wait, batches that were loaded, and files that no batch names. Reads the files themselves. */
public final class S3StagedHits implements HitPlace {
    private final S3Client s3;
    private final StagingLayout layout;
    private final HitDetails details;

    /** @param warehouse whose ledger says which batches were loaded */
    public S3StagedHits(S3Client s3, StagingLayout layout, DataSource warehouse) {
        this.s3 = s3;
        this.layout = layout;
        this.details = new HitDetails(warehouse);
    }

    @Override
    public void search(MissingHits wanted, Sightings sightings) {
        Map<String, String> waiting = waitingFiles(wanted, sightings);
        Set<String> unseen = new HashSet<>(waiting.keySet());
        for (S3Object file : s3.listObjectsV2Paginator(
                        list -> list.bucket(layout.bucket()).prefix(layout.dataPrefix()))
                .contents()) {
            unseen.remove(file.key());
            // Staged after it was received.
            if (!file.lastModified().plusSeconds(60).isBefore(wanted.from())) {
                read(file.key(), waiting, wanted, sightings);
            }
        }
        unseen.forEach(key ->
                sightings.note("batch " + waiting.get(key) + " waits for the loader, and its file is gone: " + key));
    }

    /** The ids of waiting batches, by their files. */
    private Map<String, String> waitingFiles(MissingHits wanted, Sightings sightings) {
        var files = new HashMap<String, String>();
        for (S3Object object : s3.listObjectsV2Paginator(
                        list -> list.bucket(layout.bucket()).prefix(layout.waitingPrefix()))
                .contents()) {
            try {
                BatchDescriptor batch = BatchDescriptor.fromJson(
                        s3.getObjectAsBytes(get -> get.bucket(layout.bucket()).key(object.key()))
                                .asByteArray());
                if (!batch.maxReceivedAt().isBefore(wanted.from())) {
                    batch.files().forEach(file -> files.put(file.key(), batch.batchId()));
                }
            } catch (SdkException | IllegalArgumentException e) {
                sightings.note("the descriptor " + object.key() + " can't be read: " + e.getMessage());
            }
        }
        return files;
    }

    private void read(String key, Map<String, String> waiting, MissingHits wanted, Sightings sightings) {
        Table table = tableOf(key);
        if (table == null) {
            return;
        }
        try (var rows = new StagedColumns(
                new GZIPInputStream(
                        s3.getObject(get -> get.bucket(layout.bucket()).key(key))),
                table,
                List.of(Columns.INGEST_EPOCH, Columns.INGEST_SEQ))) {
            Sighting sighting = null;
            for (List<String> row = rows.next(); row != null; row = rows.next()) {
                long seq = Long.parseLong(row.getLast());
                if (wanted.has(row.getFirst(), seq)) {
                    sighting = sighting == null ? sightingOf(key, waiting) : sighting;
                    sightings.add(row.getFirst(), seq, sighting);
                }
            }
        } catch (IOException | SdkException | NumberFormatException e) {
            sightings.note("the staged file " + key + " can't be read: " + e.getMessage());
        }
    }

    private Sighting sightingOf(String key, Map<String, String> waiting) {
        String batch = waiting.get(key);
        if (batch != null) {
            return new Sighting(Sighting.Place.WAITING, "batch " + batch + ", " + key);
        }
        String id = layout.batchIdOfData(key);
        return id != null && details.isLoaded(id)
                ? new Sighting(Sighting.Place.LOADED, "batch " + id + ", " + key)
                : new Sighting(Sighting.Place.STAGED, key);
    }

    private static @Nullable Table tableOf(String key) {
        // Files of audit records hold no hits.
        for (Table table : Table.facts()) {
            if (key.endsWith("/" + table.tableName() + ".csv.gz")) {
                return table;
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return "s3://" + layout.bucket() + "/" + layout.prefix() + "staged/";
    }
}
