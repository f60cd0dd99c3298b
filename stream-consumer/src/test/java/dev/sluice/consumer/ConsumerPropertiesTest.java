package dev.sluice.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

class ConsumerPropertiesTest {
    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(ConsumerProperties.class)
    static class Only {}

    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Only.class);

    @Test
    void defaults_suitAws() {
        runner.run(context -> {
            ConsumerProperties properties = context.getBean(ConsumerProperties.class);
            assertThat(properties)
                    .isEqualTo(new ConsumerProperties(
                            "sluice",
                            "sluice-consumer",
                            null,
                            Duration.ofSeconds(20),
                            Duration.ofMinutes(5),
                            Duration.ofMinutes(2),
                            new ConsumerProperties.Batch(Duration.ofSeconds(2), DataSize.ofMegabytes(32), 50_000),
                            new ConsumerProperties.Read(
                                    Duration.ofMillis(500),
                                    1_000,
                                    3,
                                    DataSize.ofMegabytes(8),
                                    DataSize.ofMegabytes(4),
                                    Duration.ofMillis(100),
                                    Duration.ofSeconds(5)),
                            new ConsumerProperties.Workers(0, 256, DataSize.ofMegabytes(64), Duration.ofSeconds(5)),
                            new ConsumerProperties.Lease(
                                    false,
                                    Duration.ofSeconds(10),
                                    Duration.ofSeconds(10),
                                    Duration.ofSeconds(5),
                                    Duration.ofMillis(1500),
                                    Duration.ofMinutes(1),
                                    Duration.ofMinutes(1),
                                    Duration.ofSeconds(10),
                                    false,
                                    Duration.ofSeconds(10),
                                    Duration.ofSeconds(2),
                                    Duration.ofMillis(250),
                                    Duration.ofSeconds(1),
                                    20)));
        });
    }

    @Test
    void everyKey_isMapped() {
        Map<String, String> values = new HashMap<>();
        values.put("stream", "s");
        values.put("application", "a");
        values.put("worker-id", "w");
        values.put("stop-timeout", "1s");
        values.put("unhealthy-lag", "41s");
        values.put("stalled-after", "42s");
        values.put("batch.max-age", "2s");
        values.put("batch.max-bytes", "3B");
        values.put("batch.max-rows", "4");
        values.put("read.idle", "5s");
        values.put("read.max-records", "6");
        values.put("read.prefetch-reads", "5");
        values.put("read.prefetch-bytes", "8B");
        values.put("read.in-flight-bytes", "9B");
        values.put("read.retry-backoff-first", "10ms");
        values.put("read.retry-backoff-most", "11ms");
        values.put("workers.threads", "30");
        values.put("workers.max-frames", "31");
        values.put("workers.max-bytes", "32B");
        values.put("workers.close-timeout", "33s");
        values.put("lease.bootstrap", "true");
        values.put("lease.failover", "12s");
        values.put("lease.assign-interval", "13s");
        values.put("lease.shard-sync-interval", "14s");
        values.put("lease.list-shards-backoff", "15s");
        values.put("lease.recovery-audit", "16s");
        values.put("lease.leader-lease", "57s");
        values.put("lease.leader-heartbeat", "18s");
        values.put("lease.worker-metrics", "true");
        values.put("lease.worker-metrics-report", "19s");
        values.put("lease.parent-poll", "20s");
        values.put("lease.dispatch-poll", "21s");
        values.put("lease.initialization-backoff", "22s");
        values.put("lease.initialization-attempts", "23");
        runner.withPropertyValues(values.entrySet().stream()
                        .map(e -> "sluice.consumer." + e.getKey() + "=" + e.getValue())
                        .toArray(String[]::new))
                .run(context -> assertThat(context.getBean(ConsumerProperties.class))
                        .isEqualTo(new ConsumerProperties(
                                "s",
                                "a",
                                "w",
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(41),
                                Duration.ofSeconds(42),
                                new ConsumerProperties.Batch(Duration.ofSeconds(2), DataSize.ofBytes(3), 4),
                                new ConsumerProperties.Read(
                                        Duration.ofSeconds(5),
                                        6,
                                        5,
                                        DataSize.ofBytes(8),
                                        DataSize.ofBytes(9),
                                        Duration.ofMillis(10),
                                        Duration.ofMillis(11)),
                                new ConsumerProperties.Workers(30, 31, DataSize.ofBytes(32), Duration.ofSeconds(33)),
                                new ConsumerProperties.Lease(
                                        true,
                                        Duration.ofSeconds(12),
                                        Duration.ofSeconds(13),
                                        Duration.ofSeconds(14),
                                        Duration.ofSeconds(15),
                                        Duration.ofSeconds(16),
                                        Duration.ofSeconds(57),
                                        Duration.ofSeconds(18),
                                        true,
                                        Duration.ofSeconds(19),
                                        Duration.ofSeconds(20),
                                        Duration.ofSeconds(21),
                                        Duration.ofSeconds(22),
                                        23))));
    }

    @ParameterizedTest
    @CsvSource({
        "stream, ' '",
        "application, ' '",
        "stop-timeout, 0s",
        "unhealthy-lag, 0s",
        "stalled-after, 0s",
        "batch.max-age, 0s",
        "batch.max-bytes, 0B",
        "batch.max-bytes, 3GB",
        "batch.max-rows, 0",
        "read.idle, 199ms",
        "read.max-records, 0",
        "read.max-records, 10001",
        "read.prefetch-reads, 0",
        "read.prefetch-reads, 6",
        "read.prefetch-bytes, 0B",
        "read.in-flight-bytes, 0B",
        "read.retry-backoff-first, 0s",
        "read.retry-backoff-most, 99ms",
        "workers.threads, -1",
        "workers.threads, 1001",
        "workers.max-frames, 0",
        "workers.max-bytes, 0B",
        "workers.close-timeout, 0s",
        "lease.failover, 0s",
        "lease.assign-interval, 0s",
        "lease.shard-sync-interval, 0s",
        "lease.list-shards-backoff, 0s",
        "lease.recovery-audit, 0s",
        "lease.leader-lease, 29s",
        "lease.leader-heartbeat, 0s",
        "lease.worker-metrics-report, 0s",
        "lease.parent-poll, 0s",
        "lease.dispatch-poll, 0s",
        "lease.initialization-backoff, 0s",
        "lease.initialization-attempts, 0"
    })
    void eachRule_stopsTheStart(String key, String value) {
        runner.withPropertyValues("sluice.consumer." + key + "=" + value)
                .run(context -> assertThat(context).hasFailed());
    }
}
