package dev.sluice.consumer;

import dev.sluice.loader.staging.archive.ArchiveProperties;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What looks at the shards from outside. */
@Configuration(proxyBeanMethods = false)
class WatchConfiguration {
    private static final Duration WATCHDOG_PACE = Duration.ofSeconds(1);

    /** Its name is the name of the health component. */
    @Bean
    KeepingUp keepingUp(ConsumerMetrics metrics, ConsumerProperties properties, ArchiveProperties archive) {
        requireLongerThanUsual("unhealthy-lag", properties.unhealthyLag(), properties, archive);
        return new KeepingUp(metrics::shards, properties.unhealthyLag());
    }

    @Bean
    PeriodicTask shardWatchdog(
            ConsumerMetrics metrics, ConsumerProperties properties, ArchiveProperties archive, MeterRegistry registry) {
        requireLongerThanUsual("stalled-after", properties.stalledAfter(), properties, archive);
        var watchdog = new ShardWatchdog(metrics::shards, properties.stalledAfter(), registry);
        return new PeriodicTask("shard-watchdog", WATCHDOG_PACE, watchdog);
    }

    /** A record waits for its batch and for its archive object when all is well. */
    private static void requireLongerThanUsual(
            String key, Duration value, ConsumerProperties properties, ArchiveProperties archive) {
        Duration usual = properties.batch().maxAge().plus(archive.enabled() ? archive.maxAge() : Duration.ZERO);
        if (value.compareTo(usual) <= 0) {
            throw new IllegalArgumentException("sluice.consumer." + key + " is longer than sluice.archive.max-age and"
                    + " sluice.consumer.batch.max-age together, which are " + usual + ", not " + value);
        }
    }
}
