package dev.sluice.consumer;

import dev.sluice.loader.staging.RetryPause;
import dev.sluice.loader.staging.StagingProperties;
import dev.sluice.loader.staging.archive.ArchiveMetrics;
import dev.sluice.loader.staging.archive.ArchiveProperties;
import dev.sluice.loader.staging.archive.S3ArchiveRetention;
import dev.sluice.loader.staging.archive.S3ArchiveSink;
import dev.sluice.loader.staging.archive.ShardArchive;
import dev.sluice.loader.staging.archive.ShardArchives;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import software.amazon.awssdk.services.s3.S3Client;

/** The raw archive, for all shards together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ArchiveProperties.class)
class ArchiveConfiguration {
    /** Days are deleted as a whole, so looking once an hour is often. */
    private static final Duration RETENTION_PACE = Duration.ofHours(1);

    @Bean
    ArchiveMetrics archiveMetrics(MeterRegistry registry) {
        return new ArchiveMetrics(registry);
    }

    @Bean
    Function<String, ShardArchive> shardArchives(
            S3Client s3,
            ArchiveProperties archive,
            StagingProperties staging,
            ArchiveMetrics metrics,
            RetryPause pause) {
        if (!archive.enabled()) {
            return shard -> ShardArchives.none();
        }
        var sink = new S3ArchiveSink(s3, archive.layout(staging), metrics, pause);
        return new ShardArchives(sink, archive.limits(), metrics, System::nanoTime)::open;
    }

    @Bean
    PeriodicTask archiveRetention(
            S3Client s3, ArchiveProperties archive, StagingProperties staging, ArchiveMetrics metrics) {
        Duration retention = archive.retention();
        Runnable task = retention == null
                ? null
                : new S3ArchiveRetention(s3, archive.layout(staging), retention, metrics, InstantSource.system());
        return new PeriodicTask("archive-retention", RETENTION_PACE, task);
    }
}
