package dev.sluice.processor.protocol;

/** Text that is not JSON, or JSON beyond the limits. The message says where, never what the text was. */
public final class JsonProblem extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean beyondLimits;

    JsonProblem(String message, boolean beyondLimits) {
        // Thrown for hostile input, so cheap: no stack trace, nobody would look at it.
        super(message, null, false, false);
        this.beyondLimits = beyondLimits;
    }

    /** Well-formed as far as it was read, but deeper or longer than is taken. */
    public boolean beyondLimits() {
        return beyondLimits;
    }
}
