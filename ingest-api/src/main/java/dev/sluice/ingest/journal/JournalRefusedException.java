package dev.sluice.ingest.journal;

/** A hit that the journal did not take. Carries no stack trace: refusing must stay cheap when there is too much to do. */
public final class JournalRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** No room, on the disk or in the queue for it; there will be when the stream or the disk has taken more. */
        FULL,
        /** The process is stopping, or the journal can no longer keep its promise. */
        CLOSED
    }

    private final Reason reason;

    public JournalRefusedException(Reason reason) {
        super("the journal is " + reason, null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
