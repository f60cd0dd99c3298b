package dev.sluice.consumer;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Says whether this consumer keeps up with the stream: out of service while one of its shards is too far behind. Readiness shows it;
 * liveness does not, as a restart makes nothing faster. A consumer without shards keeps up. Thread-safe.
 */
final class KeepingUp implements HealthIndicator {
    private final Supplier<List<ShardStatus>> shards;
    private final Duration unhealthyLag;

    KeepingUp(Supplier<List<ShardStatus>> shards, Duration unhealthyLag) {
        this.shards = shards;
        this.unhealthyLag = unhealthyLag;
    }

    @Override
    public Health health() {
        Optional<ShardStatus> slowest = shards.get().stream().max(Comparator.comparing(ShardStatus::lag));
        if (slowest.isEmpty()) {
            return Health.up().withDetail("shards", 0).build();
        }
        Duration lag = slowest.get().lag();
        return (lag.compareTo(unhealthyLag) > 0 ? Health.outOfService() : Health.up())
                .withDetail("shards", shards.get().size())
                .withDetail("slowest", slowest.get().id())
                .withDetail("lagSeconds", lag.toSeconds())
                .build();
    }
}
