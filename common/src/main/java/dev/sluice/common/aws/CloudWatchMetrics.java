package dev.sluice.common.aws;

import io.micrometer.cloudwatch2.CloudWatchConfig;
import io.micrometer.cloudwatch2.CloudWatchMeterRegistry;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.config.MeterFilter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;

/**
 * A service's metrics in CloudWatch, for those who have no Prometheus. Off unless configured. What can't be sent is given up after a
 * line in the log: the next step sends the next values, and nothing waits for it.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CloudWatchProperties.class)
public class CloudWatchMetrics {
    private static final String OURS = "sluice.";

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("sluice.metrics.cloudwatch.enabled")
    static class Export {
        @Bean(destroyMethod = "close")
        CloudWatchMeterRegistry cloudWatchMeterRegistry(AwsProperties aws, CloudWatchProperties properties) {
            // No bean: the consumer has one of its own, for what KCL sends.
            CloudWatchAsyncClient client = new AwsClients(aws)
                    .configure(CloudWatchAsyncClient.builder(), aws.endpoint().cloudwatch())
                    // Named, as several are on the class path.
                    .httpClientBuilder(NettyNioAsyncHttpClient.builder())
                    .build();
            return new Registry(client, properties);
        }
    }

    /** With the service's own meters alone. Owns the client. */
    private static final class Registry extends CloudWatchMeterRegistry {
        private final CloudWatchAsyncClient client;

        Registry(CloudWatchAsyncClient client, CloudWatchProperties properties) {
            super(new Settings(properties), Clock.SYSTEM, client);
            this.client = client;
            config().meterFilter(MeterFilter.denyUnless(id -> id.getName().startsWith(OURS)));
        }

        /** Sends the last values. */
        @Override
        public void close() {
            super.close();
            client.close();
        }
    }

    private record Settings(CloudWatchProperties properties) implements CloudWatchConfig {
        @Override
        public @Nullable String get(String key) {
            // All other settings have their defaults.
            return null;
        }

        @Override
        public String namespace() {
            return properties.namespace();
        }

        @Override
        public Duration step() {
            return properties.step();
        }
    }
}
