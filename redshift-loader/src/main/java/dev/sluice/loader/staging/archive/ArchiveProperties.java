package dev.sluice.loader.staging.archive;

import dev.sluice.loader.staging.ObjectKeys;
import dev.sluice.loader.staging.StagingProperties;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The raw archive: every record of the stream as it was received. Keys {@code sluice.archive.*}.
 *
 * @param enabled off keeps no archive: nothing can be replayed that the stream does not hold any more
 * @param bucket must exist; null is the staging bucket
 * @param prefix empty, or ending in a slash, before {@code archive/}; null is staging's prefix
 * @param targetSize of one object; a shard writes one when it has so much
 * @param maxAge of an object's first record when it is written all the same. A checkpoint waits for it, so a consumer that dies repeats up
 *     to so much work; the loader drops the repeats
 * @param maxHeld bytes that may wait over all shards of a consumer; with many shards objects are smaller than {@code target-size}
 * @param retention after which a day's objects are deleted by the consumer; null leaves that to a lifecycle rule of the bucket
 */
@Validated
@ConfigurationProperties(value = "sluice.archive", ignoreUnknownFields = false)
public record ArchiveProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable String bucket,
        @Nullable String prefix,
        @DefaultValue("16MB") DataSize targetSize,
        @DefaultValue("60s") Duration maxAge,
        @DefaultValue("128MB") DataSize maxHeld,
        @Nullable Duration retention) {
    private static final Duration SHORTEST_RETENTION = Duration.ofDays(1);

    public ArchiveProperties {
        if (maxAge.toMillis() < 1) {
            throw new IllegalArgumentException("sluice.archive.max-age is at least 1ms, not " + maxAge);
        }
        if (targetSize.toBytes() < 1 || targetSize.compareTo(maxHeld) > 0) {
            throw new IllegalArgumentException(
                    "sluice.archive: 1B <= target-size <= max-held, not " + targetSize + " and " + maxHeld);
        }
        if (retention != null && retention.compareTo(SHORTEST_RETENTION) < 0) {
            throw new IllegalArgumentException("sluice.archive.retention is at least 1d, not " + retention);
        }
        // One that cannot be part of a key must stop the start, not the first object.
        prefix = prefix == null ? null : ObjectKeys.prefix("sluice.archive.prefix: the archive's", prefix);
    }

    /** Where it lies when staging lies there. */
    public ArchiveLayout layout(StagingProperties staging) {
        return new ArchiveLayout(
                bucket == null ? staging.bucket() : bucket, prefix == null ? staging.prefix() : prefix);
    }

    public ShardArchives.Limits limits() {
        return new ShardArchives.Limits(targetSize.toBytes(), maxAge, maxHeld.toBytes());
    }
}
