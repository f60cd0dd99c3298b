package dev.sluice.consumer;

import dev.sluice.common.Backoff;
import dev.sluice.common.aws.AwsClients;
import dev.sluice.common.aws.AwsProperties;
import dev.sluice.common.aws.CloudWatchMetrics;
import dev.sluice.loader.staging.RetryPause;
import dev.sluice.loader.staging.S3StagingSink;
import dev.sluice.loader.staging.StagingClients;
import dev.sluice.loader.staging.StagingMetrics;
import dev.sluice.loader.staging.StagingProperties;
import dev.sluice.loader.staging.StagingSink;
import dev.sluice.loader.staging.archive.ShardArchive;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.kinesis.processor.ShardRecordProcessorFactory;

/** The consumer's parts in the order of the data, right to left: what is needed first stands first. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ConsumerProperties.class, StagingProperties.class, AwsProperties.class})
@Import({
    KclConfiguration.class,
    EnrichmentConfiguration.class,
    ArchiveConfiguration.class,
    WatchConfiguration.class,
    CloudWatchMetrics.class
})
class ConsumerConfiguration {
    /** Stops first, so that nothing comes in while the rest stops. */
    static final int SCHEDULER_PHASE = SmartLifecycle.DEFAULT_PHASE;
    /** Stops when no shard waits for rows any more; still before the web server, which shows the metrics. */
    static final int WORKERS_PHASE = SCHEDULER_PHASE - 100;
    /** What the workers ask. */
    static final int DEVICE_AND_PLACE_PHASE = WORKERS_PHASE - 100;

    @Bean
    AwsClients awsClients(AwsProperties properties) {
        return new AwsClients(properties);
    }

    @Bean(destroyMethod = "close")
    S3Client s3Client(AwsClients clients, AwsProperties properties) {
        return StagingClients.s3(clients, properties.endpoint().s3());
    }

    @Bean(destroyMethod = "close")
    RetryPause retryPause(ConsumerProperties properties) {
        ConsumerProperties.Read read = properties.read();
        return new RetryPause(new Backoff(read.retryBackoffFirst(), read.retryBackoffMost()), new Random());
    }

    @Bean
    StagingSink stagingSink(S3Client s3, StagingProperties staging, MeterRegistry registry, RetryPause pause) {
        // A missing bucket would be found by the first batch, and waited for.
        Objects.requireNonNull(staging.bucket(), "sluice.staging.bucket is not set");
        return new S3StagingSink(s3, staging.layout(), new StagingMetrics(registry), pause);
    }

    @Bean
    ConsumerMetrics consumerMetrics(MeterRegistry registry) {
        return new ConsumerMetrics(registry);
    }

    /** Its name is the name of the health component. */
    @Bean
    FatalStop consumer(ApplicationEventPublisher events) {
        return new FatalStop(events);
    }

    @Bean
    ShardRecordProcessorFactory shardProcessors(
            Enrichment enrichment,
            ShardProcessorFactory.Storage storage,
            ConsumerProperties properties,
            ConsumerMetrics metrics,
            FatalStop fatal) {
        return new ShardProcessorFactory(enrichment, storage, properties, metrics, fatal);
    }

    @Bean
    ShardProcessorFactory.Storage shardStorage(
            StagingSink sink, Function<String, ShardArchive> archives, RetryPause pause) {
        return new ShardProcessorFactory.Storage(sink, archives, pause);
    }

    @Bean
    SchedulerLifecycle schedulerLifecycle(
            Supplier<StreamReader> readers, RetryPause pause, FatalStop fatal, ConsumerProperties properties) {
        return new SchedulerLifecycle(readers, pause, fatal, properties.stopTimeout());
    }
}
