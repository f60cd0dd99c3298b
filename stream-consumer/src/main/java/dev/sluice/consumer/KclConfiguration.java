package dev.sluice.consumer;

import dev.sluice.common.aws.AwsClients;
import dev.sluice.common.aws.AwsProperties;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.kinesis.common.ConfigsBuilder;
import software.amazon.kinesis.common.InitialPositionInStream;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.coordinator.CoordinatorConfig;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.leases.LeaseManagementConfig;
import software.amazon.kinesis.lifecycle.LifecycleConfig;
import software.amazon.kinesis.metrics.MetricsConfig;
import software.amazon.kinesis.metrics.MetricsLevel;
import software.amazon.kinesis.metrics.NullMetricsFactory;
import software.amazon.kinesis.processor.ShardRecordProcessorFactory;
import software.amazon.kinesis.processor.SingleStreamTracker;
import software.amazon.kinesis.retrieval.RetrievalConfig;
import software.amazon.kinesis.retrieval.polling.PollingConfig;

/** KCL and its clients. Every setting that is not KCL's default stands here, with its reason. */
@Configuration(proxyBeanMethods = false)
class KclConfiguration {
    /** The default, LATEST, would lose what was put before an application's first start. */
    private static final InitialPositionInStreamExtended FROM_THE_OLDEST =
            InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON);

    @Bean(destroyMethod = "close")
    SdkAsyncHttpClient consumerHttpClient() {
        // HTTP/2 is for fan-out; polling needs none, and the stand-ins have none.
        return NettyNioAsyncHttpClient.builder()
                .protocol(Protocol.HTTP1_1)
                .maxConcurrency(100)
                .build();
    }

    @Bean(destroyMethod = "close")
    KinesisAsyncClient kinesisClient(AwsClients clients, AwsProperties aws, SdkAsyncHttpClient http) {
        return clients.configure(KinesisAsyncClient.builder(), aws.endpoint().kinesis())
                .httpClient(http)
                .build();
    }

    @Bean(destroyMethod = "close")
    DynamoDbAsyncClient dynamoDbClient(AwsClients clients, AwsProperties aws, SdkAsyncHttpClient http) {
        return clients.configure(DynamoDbAsyncClient.builder(), aws.endpoint().dynamodb())
                .httpClient(http)
                .build();
    }

    /** KCL asks for one; as its metrics are off, it is never called. */
    @Bean(destroyMethod = "close")
    CloudWatchAsyncClient cloudWatchClient(AwsClients clients, AwsProperties aws, SdkAsyncHttpClient http) {
        return clients.configure(CloudWatchAsyncClient.builder(), aws.endpoint().cloudwatch())
                .httpClient(http)
                .build();
    }

    @Bean
    Supplier<StreamReader> streamReaders(
            KinesisAsyncClient kinesis,
            DynamoDbAsyncClient dynamoDb,
            CloudWatchAsyncClient cloudWatch,
            ShardRecordProcessorFactory processors,
            ConsumerProperties properties,
            FatalStop fatal) {
        return () -> {
            if (properties.lease().bootstrap()) {
                new LeaseBootstrap(dynamoDb, kinesis, properties.application(), properties.stream()).run();
            }
            var configs = new ConfigsBuilder(
                    new SingleStreamTracker(properties.stream(), FROM_THE_OLDEST),
                    properties.application(),
                    kinesis,
                    dynamoDb,
                    cloudWatch,
                    workerId(properties),
                    processors);
            return new KclReader(scheduler(configs, kinesis, properties, fatal));
        };
    }

    static Scheduler scheduler(
            ConfigsBuilder configs,
            KinesisAsyncClient kinesis,
            ConsumerProperties properties,
            Consumer<Throwable> fatal) {
        return new Scheduler(
                configs.checkpointConfig(),
                coordinator(configs.coordinatorConfig(), properties.lease()),
                leases(configs.leaseManagementConfig(), properties.lease()),
                lifecycle(configs.lifecycleConfig(), fatal),
                metrics(configs.metricsConfig()),
                // Also when nothing came: a batch grows old without traffic too.
                configs.processorConfig().callProcessRecordsEvenForEmptyRecordList(true),
                retrieval(configs.retrievalConfig(), kinesis, properties));
    }

    private static CoordinatorConfig coordinator(CoordinatorConfig config, ConsumerProperties.Lease lease) {
        return config.parentShardPollIntervalMillis(lease.parentPoll().toMillis())
                .shardConsumerDispatchPollIntervalMillis(lease.dispatchPoll().toMillis())
                .schedulerInitializationBackoffTimeMillis(
                        lease.initializationBackoff().toMillis())
                .maxInitializationAttempts(lease.initializationAttempts())
                // Leases of children are made when their parents end, and the audit finds what is missing. The other
                // way each
                // delivery may call ListShards first, and is skipped when that fails.
                .skipShardSyncAtWorkerInitializationIfLeasesExist(true);
    }

    private static LeaseManagementConfig leases(LeaseManagementConfig config, ConsumerProperties.Lease lease) {
        config.failoverTimeMillis(lease.failover().toMillis())
                .leaseAssignmentIntervalMillis(lease.assignInterval().toMillis())
                .shardSyncIntervalMillis(lease.shardSyncInterval().toMillis())
                .listShardsBackoffTimeInMillis(lease.listShardsBackoff().toMillis())
                .leasesRecoveryAuditorExecutionFrequencyMillis(
                        lease.recoveryAudit().toMillis())
                .dynamoDbLockBasedLeaderLeaseDurationInMillis(
                        lease.leaderLease().toMillis())
                .dynamoDbLockBasedLeaderHeartbeatPeriodInMillis(
                        lease.leaderHeartbeat().toMillis())
                .initialPositionInStream(FROM_THE_OLDEST);
        config.workerUtilizationAwareAssignmentConfig()
                .disableWorkerMetrics(!lease.workerMetrics())
                .workerMetricsReporterFreqInMillis(lease.workerMetricsReport().toMillis());
        return config;
    }

    private static LifecycleConfig lifecycle(LifecycleConfig config, Consumer<Throwable> fatal) {
        return config.aggregatorUtil(new WholeRecords()).taskExecutionListener(new SkipGuard(fatal));
    }

    private static MetricsConfig metrics(MetricsConfig config) {
        return config.metricsLevel(MetricsLevel.NONE).metricsFactory(new NullMetricsFactory());
    }

    private static RetrievalConfig retrieval(
            RetrievalConfig config, KinesisAsyncClient kinesis, ConsumerProperties properties) {
        ConsumerProperties.Read read = properties.read();
        var polling = new PollingConfig(properties.stream(), kinesis)
                .maxRecords(read.maxRecords())
                .maxPendingProcessRecordsInput(read.prefetchReads())
                .idleTimeBetweenReadsInMillis(read.idle().toMillis());
        polling.usePollingConfigIdleTimeValue(true);
        polling.recordsFetcherFactory().maxByteSize((int) read.prefetchBytes().toBytes());
        polling.recordsFetcherFactory().maxRecordsCount(read.maxRecords() * read.prefetchReads());
        return config.retrievalSpecificConfig(polling);
    }

    private static String workerId(ConsumerProperties properties) {
        String configured = properties.workerId();
        if (configured != null) {
            return configured;
        }
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "unknown-host";
        }
        return host + "-" + UUID.randomUUID();
    }

    private record KclReader(Scheduler scheduler) implements StreamReader {
        @Override
        public void run() {
            scheduler.run();
        }

        @Override
        public Future<Boolean> stopGracefully() {
            return scheduler.startGracefulShutdown();
        }

        @Override
        public void stopNow() {
            scheduler.shutdown();
        }
    }
}
