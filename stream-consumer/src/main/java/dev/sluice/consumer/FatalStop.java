package dev.sluice.consumer;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.ApplicationEventPublisher;

/**
 * What a failure that no repeat can mend is told to: health goes down for good, and {@link ConsumerFailedEvent} tells
 * whoever runs the process, once. Thread-safe.
 */
final class FatalStop implements Consumer<Throwable>, HealthIndicator {
    private static final Logger LOG = LoggerFactory.getLogger(FatalStop.class);

    private final ApplicationEventPublisher events;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    FatalStop(ApplicationEventPublisher events) {
        this.events = events;
    }

    @Override
    public void accept(Throwable cause) {
        if (failure.compareAndSet(null, cause)) {
            LOG.error("The consumer cannot go on and stops; it will read again from the last checkpoint", cause);
            events.publishEvent(new ConsumerFailedEvent(this, cause));
        } else {
            LOG.error("Another failure while stopping", cause);
        }
    }

    @Override
    public Health health() {
        Throwable cause = failure.get();
        return cause == null
                ? Health.up().build()
                : Health.down()
                        .withDetail("failure", cause.getClass().getSimpleName())
                        .build();
    }
}
