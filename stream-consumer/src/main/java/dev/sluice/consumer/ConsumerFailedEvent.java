package dev.sluice.consumer;

import org.springframework.context.ApplicationEvent;

/** The consumer cannot go on: whoever runs the process is to end it, with an exit code that is not zero. */
public final class ConsumerFailedEvent extends ApplicationEvent {
    private static final long serialVersionUID = 1L;

    private final transient Throwable cause;

    ConsumerFailedEvent(Object source, Throwable cause) {
        super(source);
        this.cause = cause;
    }

    public Throwable cause() {
        return cause;
    }
}
