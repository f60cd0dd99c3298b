package dev.sluice.consumer;

import dev.sluice.loader.staging.BatchLimits;
import dev.sluice.processor.WorkerPoolSettings;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What is read, and how eagerly. Keys {@code sluice.consumer.*}. The defaults suit AWS; the profile {@code local} has what a
 * single consumer on stand-ins can do, which costs more calls.
 *
 * @param stream to read
 * @param application KCL's application name, and the name of its lease table
 * @param workerId unique among the consumers of one application; null takes host name and a random part
 * @param stopTimeout how long a stop may wait for what is held to be staged and checkpointed
 * @param unhealthyLag a consumer with a shard that is further behind is not ready: by the time of the newest record, or of the oldest that
 *     is not checkpointed
 * @param stalledAfter a shard that does not move for so long is named in the log and counted
 * @param batch when a batch is closed
 * @param read how a shard is read
 * @param workers what makes rows, for all shards together
 * @param lease how shards are shared out
 */
@Validated
@ConfigurationProperties(value = "sluice.consumer", ignoreUnknownFields = false)
public record ConsumerProperties(
        @DefaultValue("sluice") @NotBlank String stream,
        @DefaultValue("sluice-consumer") @NotBlank String application,
        @Nullable String workerId,
        @DefaultValue("20s") Duration stopTimeout,
        @DefaultValue("5m") Duration unhealthyLag,
        @DefaultValue("2m") Duration stalledAfter,
        @DefaultValue @Valid Batch batch,
        @DefaultValue @Valid Read read,
        @DefaultValue @Valid Workers workers,
        @DefaultValue @Valid Lease lease) {

    /**
     * @param maxAge since the first record: what freshness pays for fewer, larger files
     * @param maxBytes of CSV before compression; about a tenth of it is held per shard
     * @param maxRows over all tables
     */
    record Batch(
            @DefaultValue("2s") Duration maxAge,
            @DefaultValue("32MB") DataSize maxBytes,
            @DefaultValue("50000") @Min(1) long maxRows) {
        Batch {
            requirePositive("batch.max-age", maxAge);
            requirePositive("batch.max-bytes", maxBytes);
        }

        BatchLimits limits() {
            return new BatchLimits(maxAge, maxBytes.toBytes(), maxRows);
        }
    }

    /**
     * @param idle between two reads of a shard; Kinesis allows five reads a second and shard over all consumers
     * @param maxRecords of one read
     * @param prefetchReads reads that may wait for a shard's processor
     * @param prefetchBytes that these may hold, per shard
     * @param inFlightBytes of records, hits and their rows in enrichment, per shard
     * @param retryBackoffFirst and {@code retryBackoffMost}: ceilings of the wait between attempts at S3 and at checkpoints
     */
    record Read(
            @DefaultValue("500ms") Duration idle,
            @DefaultValue("1000") @Min(1) @Max(10_000) int maxRecords,
            @DefaultValue("3") @Min(1) @Max(5) int prefetchReads,
            @DefaultValue("8MB") DataSize prefetchBytes,
            @DefaultValue("4MB") DataSize inFlightBytes,
            @DefaultValue("100ms") Duration retryBackoffFirst,
            @DefaultValue("5s") Duration retryBackoffMost) {
        Read {
            if (idle.toMillis() < 200) {
                throw new IllegalArgumentException(
                        "sluice.consumer.read.idle is at least 200ms, Kinesis' limit of five reads a second, not "
                                + idle);
            }
            requirePositive("read.prefetch-bytes", prefetchBytes);
            requirePositive("read.in-flight-bytes", inFlightBytes);
            requirePositive("read.retry-backoff-first", retryBackoffFirst);
            if (retryBackoffMost.compareTo(retryBackoffFirst) < 0) {
                throw new IllegalArgumentException(
                        "sluice.consumer.read: retry-backoff-first <= retry-backoff-most, not " + retryBackoffFirst
                                + " and " + retryBackoffMost);
            }
        }
    }

    /**
     * @param threads 0 is one per core
     * @param maxFrames frames held, waiting or in work
     * @param maxBytes of hits in these
     * @param closeTimeout how long a stop waits for them
     */
    record Workers(
            @DefaultValue("0") @Min(0) @Max(1_000) int threads,
            @DefaultValue("256") @Min(1) int maxFrames,
            @DefaultValue("64MB") DataSize maxBytes,
            @DefaultValue("5s") Duration closeTimeout) {
        Workers {
            requirePositive("workers.max-bytes", maxBytes);
            requirePositive("workers.close-timeout", closeTimeout);
        }

        WorkerPoolSettings settings() {
            int cores = Runtime.getRuntime().availableProcessors();
            return new WorkerPoolSettings(threads == 0 ? cores : threads, maxFrames, maxBytes.toBytes(), closeTimeout);
        }
    }

    /**
     * @param bootstrap makes the lease table whole and fills it before KCL starts, which saves KCL's first start a minute
     * @param failover after so long without a heartbeat a consumer's shards are given to others
     * @param assignInterval how often shards are shared out
     * @param shardSyncInterval the wait before another try at the first shard sync
     * @param listShardsBackoff the wait before another ListShards
     * @param recoveryAudit how often missing leases are looked for
     * @param leaderLease for how long one consumer leads
     * @param leaderHeartbeat how often it says so
     * @param workerMetrics whether shards are shared out by the load of the machines; off shares them out evenly
     * @param workerMetricsReport how often the consumers' state is written
     * @param parentPoll how often the child of a resharding looks whether its parents are done
     * @param dispatchPoll the pace of KCL's main loop
     * @param initializationBackoff the wait before another attempt at starting
     * @param initializationAttempts after so many the process ends
     */
    record Lease(
            @DefaultValue("false") boolean bootstrap,
            @DefaultValue("10s") Duration failover,
            @DefaultValue("10s") Duration assignInterval,
            @DefaultValue("5s") Duration shardSyncInterval,
            @DefaultValue("1500ms") Duration listShardsBackoff,
            @DefaultValue("1m") Duration recoveryAudit,
            @DefaultValue("1m") Duration leaderLease,
            @DefaultValue("10s") Duration leaderHeartbeat,
            @DefaultValue("false") boolean workerMetrics,
            @DefaultValue("10s") Duration workerMetricsReport,
            @DefaultValue("2s") Duration parentPoll,
            @DefaultValue("250ms") Duration dispatchPoll,
            @DefaultValue("1s") Duration initializationBackoff,
            @DefaultValue("20") @Min(1) int initializationAttempts) {
        Lease {
            requirePositive("lease.failover", failover);
            requirePositive("lease.assign-interval", assignInterval);
            requirePositive("lease.shard-sync-interval", shardSyncInterval);
            requirePositive("lease.list-shards-backoff", listShardsBackoff);
            requirePositive("lease.recovery-audit", recoveryAudit);
            requirePositive("lease.leader-heartbeat", leaderHeartbeat);
            requirePositive("lease.worker-metrics-report", workerMetricsReport);
            requirePositive("lease.parent-poll", parentPoll);
            requirePositive("lease.dispatch-poll", dispatchPoll);
            requirePositive("lease.initialization-backoff", initializationBackoff);
            if (leaderLease.compareTo(leaderHeartbeat.multipliedBy(3)) < 0) {
                throw new IllegalArgumentException("sluice.consumer.lease: leader-lease is at least three"
                        + " leader-heartbeats, not " + leaderLease + " and " + leaderHeartbeat);
            }
        }
    }

    public ConsumerProperties {
        requirePositive("stop-timeout", stopTimeout);
        requirePositive("unhealthy-lag", unhealthyLag);
        requirePositive("stalled-after", stalledAfter);
    }

    private static void requirePositive(String key, Duration value) {
        if (value.toMillis() < 1) {
            throw new IllegalArgumentException("sluice.consumer." + key + " is at least 1ms, not " + value);
        }
    }

    private static void requirePositive(String key, DataSize value) {
        if (value.toBytes() < 1 || value.toBytes() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("sluice.consumer." + key + " is between 1B and 2GB, not " + value);
        }
    }
}
