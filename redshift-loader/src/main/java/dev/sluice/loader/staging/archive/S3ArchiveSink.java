package dev.sluice.loader.staging.archive;

import dev.sluice.loader.staging.RetryPause;
import dev.sluice.loader.staging.S3Calls;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Archives into S3, one object at a time and in one piece: it is there whole or not at all. Thread-safe. */
public final class S3ArchiveSink implements ArchiveSink {
    private static final String CONTENT_TYPE = "application/octet-stream";

    private final S3Client s3;
    private final ArchiveLayout layout;
    private final ArchiveMetrics metrics;
    private final S3Calls calls;

    /** @param pause closing it lets every waiting call go */
    public S3ArchiveSink(S3Client s3, ArchiveLayout layout, ArchiveMetrics metrics, RetryPause pause) {
        this.s3 = s3;
        this.layout = layout;
        this.metrics = metrics;
        this.calls = new S3Calls(layout.bucket(), metrics::retry, pause);
    }

    @Override
    public void write(ArchiveObject object) throws InterruptedException {
        long began = System.nanoTime();
        String key = layout.key(object);
        // The key names the records, so a repeat overwrites the object with itself.
        calls.untilDone(
                key,
                () -> s3.putObject(
                        request -> request.bucket(layout.bucket()).key(key).contentType(CONTENT_TYPE),
                        RequestBody.fromContentProvider(() -> stream(object), object.bytes(), CONTENT_TYPE)));
        metrics.written(object, Duration.ofNanos(System.nanoTime() - began));
    }

    private static InputStream stream(ArchiveObject object) {
        List<ByteArrayInputStream> parts =
                object.records().stream().map(ByteArrayInputStream::new).toList();
        return new SequenceInputStream(Collections.enumeration(parts));
    }

    @Override
    public String toString() {
        return "s3://" + layout.bucket() + "/" + layout.root();
    }
}
