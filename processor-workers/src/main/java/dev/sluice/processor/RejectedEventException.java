package dev.sluice.processor;

import dev.sluice.processor.protocol.BadReason;

/** Thrown by an enricher that found an event to be no row: it becomes a bad row of this reason. */
public final class RejectedEventException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final BadReason reason;

    /** @param detail what is wrong and what a person can do about it; never a value that was sent */
    public RejectedEventException(BadReason reason, String detail) {
        // An answer, not a fault: no stack trace.
        super(detail, null, false, false);
        this.reason = reason;
    }

    public BadReason reason() {
        return reason;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
