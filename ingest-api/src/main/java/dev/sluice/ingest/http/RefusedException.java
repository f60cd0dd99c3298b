package dev.sluice.ingest.http;

/** A request that is answered by a refusal. Carries no stack trace: refusing must stay cheap. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Outcome outcome;

    RefusedException(Outcome outcome) {
        super(outcome.reason(), null, false, false);
        this.outcome = outcome;
    }

    Outcome outcome() {
        return outcome;
    }
}
