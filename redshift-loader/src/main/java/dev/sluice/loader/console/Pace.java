package dev.sluice.loader.console;

import dev.sluice.common.Backoff;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * When a question may be asked again: once in the interval, not more than a fifth of the time, and ever more seldom while it fails.
 * Confined to one thread.
 */
final class Pace {
    /** Rests so many times as long as the answer took. */
    private static final int REST = 4;

    private static final Duration MOST_PAUSE = Duration.ofMinutes(1);

    private final Duration interval;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private final Backoff backoff;

    private boolean begun;
    private long nextNanos;
    private int failures;

    Pace(Duration interval, LongSupplier nanoTime, RandomGenerator random) {
        this.interval = interval;
        this.nanoTime = nanoTime;
        this.random = random;
        this.backoff = new Backoff(interval, interval.compareTo(MOST_PAUSE) < 0 ? MOST_PAUSE : interval);
    }

    boolean isDue() {
        return !begun || nanoTime.getAsLong() - nextNanos >= 0;
    }

    void answered(long beganNanos) {
        failures = 0;
        next(beganNanos, Duration.ZERO);
    }

    void failed(long beganNanos) {
        failures++;
        next(beganNanos, backoff.delay(failures, random));
    }

    private void next(long beganNanos, Duration pause) {
        long now = nanoTime.getAsLong();
        long rest = REST * (now - beganNanos);
        long left = interval.toNanos() - (now - beganNanos);
        begun = true;
        nextNanos = now + Math.max(rest, left) + pause.toNanos();
    }
}
