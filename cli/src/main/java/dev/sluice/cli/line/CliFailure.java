package dev.sluice.cli.line;

import org.jspecify.annotations.Nullable;

/** A command that can't do what it was asked to: its message is the one line that is printed, its exit code is 1. */
public final class CliFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CliFailure(String message) {
        super(message);
    }

    public CliFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
