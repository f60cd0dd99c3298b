package dev.sluice.ingest;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.springframework.context.ApplicationEventPublisher;

/** Passes the first failure that nothing can mend on as {@link IngestFailedEvent}; those that follow from it not. Thread-safe. */
final class FatalStop implements Consumer<Throwable> {
    private final ApplicationEventPublisher events;
    private final AtomicBoolean failed = new AtomicBoolean();

    FatalStop(ApplicationEventPublisher events) {
        this.events = events;
    }

    @Override
    public void accept(Throwable cause) {
        if (!failed.getAndSet(true)) {
            events.publishEvent(new IngestFailedEvent(this, cause));
        }
    }
}
