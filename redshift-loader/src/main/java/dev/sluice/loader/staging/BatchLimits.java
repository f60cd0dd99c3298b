package dev.sluice.loader.staging;

import java.time.Duration;

/**
 * When a batch is closed: whichever is reached first.
 *
 * @param maxAge since its first record
 * @param maxBytes of CSV before compression
 * @param maxRows over all tables
 */
public record BatchLimits(Duration maxAge, long maxBytes, long maxRows) {
    public BatchLimits {
        if (!maxAge.isPositive() || maxBytes < 1 || maxRows < 1) {
            throw new IllegalArgumentException("a batch's limits are positive, not " + maxAge + ", " + maxBytes
                    + " bytes and " + maxRows + " rows");
        }
    }
}
