package dev.sluice.loader.staging.archive;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Deletes the archive's days that are past their retention: for buckets without a lifecycle rule. Touches nothing but folders that are
 * named as the archive names its days. Any number of processes may do so at once. Thread-safe; a call blocks.
 */
public final class S3ArchiveRetention implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(S3ArchiveRetention.class);

    private final S3Client s3;
    private final ArchiveLayout layout;
    private final Duration retention;
    private final ArchiveMetrics metrics;
    private final InstantSource clock;

    /** @param retention counted from the end of an object's day */
    public S3ArchiveRetention(
            S3Client s3, ArchiveLayout layout, Duration retention, ArchiveMetrics metrics, InstantSource clock) {
        this.s3 = s3;
        this.layout = layout;
        this.retention = retention;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Deletes what is due now. What fails is left to the next call, which is told in the log. */
    @Override
    public void run() {
        Instant now = clock.instant();
        long deleted = 0;
        try {
            var days = s3.listObjectsV2Paginator(request -> request.bucket(layout.bucket())
                            .prefix(layout.root())
                            .delimiter("/"))
                    .commonPrefixes();
            for (CommonPrefix folder : days) {
                if (layout.dayOf(folder.prefix())
                        .filter(day -> isOver(day, now))
                        .isPresent()) {
                    deleted += deleteAll(folder.prefix());
                }
            }
        } catch (SdkException e) {
            LOG.warn("The archive's old days could not be deleted; trying again later", e);
        }
        if (deleted > 0) {
            LOG.info("Deleted {} archive objects that were older than {}", deleted, retention);
        }
    }

    private boolean isOver(LocalDate day, Instant now) {
        Instant end = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        return end.plus(retention).isBefore(now);
    }

    private long deleteAll(String folder) {
        long deleted = 0;
        for (S3Object object : s3.listObjectsV2Paginator(
                        request -> request.bucket(layout.bucket()).prefix(folder))
                .contents()) {
            s3.deleteObject(request -> request.bucket(layout.bucket()).key(object.key()));
            metrics.expired(1);
            deleted++;
        }
        return deleted;
    }
}
