package dev.sluice.local.kinesis;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What a {@link LocalKinesis} is started with.
 *
 * @param dir where streams and records are kept; made if absent; one endpoint at a time
 * @param port on 127.0.0.1; 0 means any free one
 * @param retention of a new stream; IncreaseStreamRetentionPeriod and its opposite change it afterwards
 * @param limits which limits of a shard apply
 * @param segmentBytes at which size a shard goes on in a new file; files are what retention deletes
 */
public record KinesisSettings(Path dir, int port, Duration retention, ShardLimits limits, long segmentBytes) {
    static final Duration DEFAULT_RETENTION = Duration.ofHours(24);
    static final long DEFAULT_SEGMENT_BYTES = 32L * 1024 * 1024;

    public KinesisSettings {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must be 0 to 65535: " + port);
        }
        if (retention.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("retention must be a second or more: " + retention);
        }
        if (segmentBytes < 1024 || segmentBytes > 1024L * 1024 * 1024) {
            throw new IllegalArgumentException("segmentBytes must be 1 KiB to 1 GiB: " + segmentBytes);
        }
    }

    /** Any free port, 24 hours, all limits. */
    public static KinesisSettings in(Path dir) {
        return new KinesisSettings(dir, 0, DEFAULT_RETENTION, ShardLimits.ALL, DEFAULT_SEGMENT_BYTES);
    }

    public KinesisSettings withPort(int newPort) {
        return new KinesisSettings(dir, newPort, retention, limits, segmentBytes);
    }

    public KinesisSettings withRetention(Duration newRetention) {
        return new KinesisSettings(dir, port, newRetention, limits, segmentBytes);
    }

    public KinesisSettings withLimits(ShardLimits newLimits) {
        return new KinesisSettings(dir, port, retention, newLimits, segmentBytes);
    }

    public KinesisSettings withSegmentBytes(long newSegmentBytes) {
        return new KinesisSettings(dir, port, retention, limits, newSegmentBytes);
    }
}
