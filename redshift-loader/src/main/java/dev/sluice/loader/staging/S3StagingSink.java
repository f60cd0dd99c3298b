package dev.sluice.loader.staging;

import dev.sluice.loader.staging.BatchDescriptor.StagedFile;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Stages into S3: every table's file, and when these are durable the descriptor, which makes the batch exist. Dying in between
 * leaves files that nothing names. Thread-safe; a call holds one batch and blocks.
 */
public final class S3StagingSink implements StagingSink {
    private static final Logger LOG = LoggerFactory.getLogger(S3StagingSink.class);
    private static final int PRECONDITION_FAILED = 412;

    private final S3Client s3;
    private final StagingLayout layout;
    private final StagingMetrics metrics;
    private final S3Calls calls;

    /** @param pause closing it lets every waiting call go */
    public S3StagingSink(S3Client s3, StagingLayout layout, StagingMetrics metrics, RetryPause pause) {
        this.s3 = s3;
        this.layout = layout;
        this.metrics = metrics;
        this.calls = new S3Calls(layout.bucket(), metrics::retry, pause);
    }

    @Override
    public BatchDescriptor stage(RowBatch batch) throws InterruptedException {
        if (batch.isEmpty()) {
            throw new IllegalArgumentException("nothing to stage in " + batch.range());
        }
        long began = System.nanoTime();
        BatchDescriptor descriptor = describe(batch);
        for (int i = 0; i < batch.tables().size(); i++) {
            String key = descriptor.files().get(i).key();
            byte[] bytes = batch.tables().get(i).gzip();
            // The key holds a hash of the content, so a repeat overwrites a file with itself.
            calls.untilDone(key, () -> put(key, "application/gzip", bytes, false));
            metrics.dataWritten();
        }
        String key = layout.waitingKey(descriptor.batchId());
        byte[] json = descriptor.toJson();
        boolean written = calls.untilDone(key, () -> put(key, "application/json", json, true));
        BatchDescriptor existing = written ? descriptor : existing(key, descriptor);
        if (written) {
            metrics.descriptorWritten();
        }
        metrics.staged(batch, Duration.ofNanos(System.nanoTime() - began));
        return existing;
    }

    private BatchDescriptor describe(RowBatch batch) {
        BatchDescriptor.Range range = batch.range();
        String hashes = batch.tables().stream().map(RowBatch.TableRows::sha256).collect(Collectors.joining(","));
        String content =
                CsvFile.sha256(hashes.getBytes(StandardCharsets.US_ASCII)).substring(0, 16);
        List<StagedFile> files = new ArrayList<>();
        for (RowBatch.TableRows table : batch.tables()) {
            String key = layout.dataKey(range, content, table.table());
            files.add(new StagedFile(table.table(), key, table.rows(), table.gzip().length, table.sha256()));
        }
        return new BatchDescriptor(
                BatchDescriptor.VERSION,
                StagingLayout.batchId(range.shard(), range.first(), range.last()),
                range,
                batch.received().min(),
                batch.received().max(),
                batch.madeBy().enrichVersion(),
                batch.madeBy().dataVersions(),
                files);
    }

    /** Someone staged this very range before: the same records, so the same batch, whether we died or another held the shard. */
    private BatchDescriptor existing(String key, BatchDescriptor ours) throws InterruptedException {
        List<BatchDescriptor> found = calls.untilDone(key, () -> read(key));
        if (found.isEmpty()) {
            // Loaded and moved out of the way since the put was refused.
            metrics.conflict(true);
            return ours;
        }
        BatchDescriptor theirs = found.getFirst();
        boolean sameRows = rowsByTable(theirs).equals(rowsByTable(ours));
        metrics.conflict(sameRows);
        if (!sameRows) {
            LOG.warn(
                    "Batch {} exists with {} rows of version {}; this process made {} rows of version {} from the same"
                            + " records. The existing one is kept",
                    ours.batchId(),
                    theirs.rows(),
                    theirs.enrichVersion(),
                    ours.rows(),
                    ours.enrichVersion());
        }
        return theirs;
    }

    private static Map<?, Long> rowsByTable(BatchDescriptor descriptor) {
        return descriptor.files().stream().collect(Collectors.toMap(StagedFile::table, StagedFile::rows));
    }

    /** @return false when an object with this key exists and must not be replaced */
    private boolean put(String key, String contentType, byte[] bytes, boolean onlyNew) {
        var request =
                PutObjectRequest.builder().bucket(layout.bucket()).key(key).contentType(contentType);
        if (onlyNew) {
            request.ifNoneMatch("*");
        }
        try {
            s3.putObject(request.build(), RequestBody.fromBytes(bytes));
            return true;
        } catch (S3Exception e) {
            if (onlyNew && e.statusCode() == PRECONDITION_FAILED) {
                return false;
            }
            throw e;
        }
    }

    private List<BatchDescriptor> read(String key) {
        try {
            return List.of(BatchDescriptor.fromJson(
                    s3.getObjectAsBytes(b -> b.bucket(layout.bucket()).key(key)).asByteArray()));
        } catch (NoSuchKeyException e) {
            return List.of();
        }
    }

    @Override
    public String toString() {
        return "s3://" + layout.bucket() + "/" + layout.prefix();
    }
}
