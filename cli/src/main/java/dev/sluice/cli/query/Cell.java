package dev.sluice.cli.query;

import org.jspecify.annotations.Nullable;

/**
 * One value of an answer.
 *
 * @param text null for SQL NULL
 * @param kind what JSON makes of it
 */
record Cell(@Nullable String text, Kind kind) {
    enum Kind {
        TEXT,
        NUMBER,
        BOOLEAN,
        /** Text that is JSON already. */
        JSON
    }

    boolean isNumber() {
        return kind == Kind.NUMBER;
    }
}
