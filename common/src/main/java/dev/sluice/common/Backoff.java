package dev.sluice.common;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential back-off with full jitter: each delay is drawn evenly from zero to a ceiling that doubles per attempt. Full
 * jitter keeps many clients that failed together from coming back together.
 *
 * @param first the ceiling of the first delay
 * @param most the ceiling that no delay exceeds
 */
public record Backoff(Duration first, Duration most) {
    public Backoff {
        if (!first.isPositive() || most.compareTo(first) < 0) {
            throw new IllegalArgumentException("0 < first <= most, not " + first + " and " + most);
        }
    }

    /** How long to wait before trying again after {@code attempt} failures; {@code attempt} counts from 1. */
    public Duration delay(int attempt, RandomGenerator random) {
        if (attempt < 1) {
            throw new IllegalArgumentException("attempt counts from 1, not " + attempt);
        }
        int doublings = Math.min(attempt - 1, 40);
        long mostNanos = most.toNanos();
        long firstNanos = first.toNanos();
        long ceiling = firstNanos > mostNanos >> doublings ? mostNanos : firstNanos << doublings;
        return Duration.ofNanos(random.nextLong(ceiling + 1));
    }
}
