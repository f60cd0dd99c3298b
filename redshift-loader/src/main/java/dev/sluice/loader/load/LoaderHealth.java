package dev.sluice.loader.load;

import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Up while the loader's thread lives and has reached S3 and the warehouse lately. Answers from memory: asks no one. */
final class LoaderHealth implements HealthIndicator {
    private final LoadLoop loop;
    private final Duration grace;

    /** @param grace how long passes may fail, or one may take, before that is unhealthy */
    LoaderHealth(LoadLoop loop, Duration grace) {
        this.loop = loop;
        this.grace = grace;
    }

    @Override
    public Health health() {
        LoadLoop.State state = loop.state();
        boolean well = state.running() && state.sinceGoodPass().compareTo(grace) < 0;
        Health.Builder health = well ? Health.up() : Health.down();
        health.withDetail("running", state.running())
                .withDetail("secondsSinceGoodPass", state.sinceGoodPass().toSeconds());
        return health.build();
    }
}
