package dev.sluice.cli.send;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where events come from, one after the other. Confined to whoever holds the sender's lock. */
interface EventSource extends AutoCloseable {
    /** Null at the end. */
    @Nullable Event next() throws IOException;

    /** How much of it has been read, 0 to 1. Thread-safe. */
    double progress();

    /** What was left out and why, as words for the summary; empty when nothing can be left out. */
    String leftOut();

    @Override
    void close() throws IOException;
}
