package dev.sluice.it;

import org.jspecify.annotations.Nullable;

/** What a test class started, and may not have started when it was skipped or failed on the way. */
final class Parts {
    private Parts() {}

    /** Closes those that are there, in this order, whatever happens to one of them. */
    static void close(@Nullable AutoCloseable... parts) {
        RuntimeException failure = null;
        for (AutoCloseable part : parts) {
            try {
                if (part != null) {
                    part.close();
                }
            } catch (Exception e) {
                failure = failure == null ? new IllegalStateException("could not close", e) : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
