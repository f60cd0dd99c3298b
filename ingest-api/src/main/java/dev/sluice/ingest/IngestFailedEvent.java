package dev.sluice.ingest;

import org.springframework.context.ApplicationEvent;

/** The collector can promise nothing any more: whoever runs the process is to end it, with an exit code that is not zero. */
public final class IngestFailedEvent extends ApplicationEvent {
    private static final long serialVersionUID = 1L;

    private final transient Throwable cause;

    IngestFailedEvent(Object source, Throwable cause) {
        super(source);
        this.cause = cause;
    }

    public Throwable cause() {
        return cause;
    }
}
