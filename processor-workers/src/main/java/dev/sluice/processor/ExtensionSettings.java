package dev.sluice.processor;

import java.time.Duration;

/**
 * What becomes of an event when an extension does not do its work.
 *
 * @param onFailure of the event that it failed on, was too slow for, or was switched off for
 * @param timeout for one event
 * @param maxTimeouts after so many in a row, or with so many threads that don't come back, it is switched off
 * @param retryAfter how long it then stays off before another event is tried; threads that hang keep it off
 */
public record ExtensionSettings(OnFailure onFailure, Duration timeout, int maxTimeouts, Duration retryAfter) {
    public enum OnFailure {
        /** The event becomes a bad row. */
        BAD_ROW,
        /** The event becomes a row without anything of the extension. */
        SKIP
    }

    public ExtensionSettings {
        if (timeout.toMillis() < 1 || maxTimeouts < 1 || retryAfter.isNegative()) {
            throw new IllegalArgumentException("timeout and max-timeouts are positive, retry-after is not negative: "
                    + timeout + ", " + maxTimeouts + ", " + retryAfter);
        }
    }
}
