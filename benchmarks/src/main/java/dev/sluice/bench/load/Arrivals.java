package dev.sluice.bench.load;

import java.time.Duration;

/**
 * How requests arrive in an open loop: at a constant rate, whatever becomes of those before.
 *
 * @param perSecond the rate
 * @param duration for how long
 * @param connections requests under way at once; an arrival that finds all of them taken waits, and its latency with it
 * @param patience after so long without an answer, counted from when it was due, a client has given up, as trackers do
 */
public record Arrivals(double perSecond, Duration duration, int connections, Duration patience) {
    private static final Duration TRACKER_TIMEOUT = Duration.ofSeconds(5);

    public Arrivals {
        if (!(perSecond > 0) || connections < 1 || !duration.isPositive() || !patience.isPositive()) {
            throw new IllegalArgumentException("impossible arrivals");
        }
    }

    public Arrivals(double perSecond, Duration duration, int connections) {
        this(perSecond, duration, connections, TRACKER_TIMEOUT);
    }

    /**
     * How long an arrival waits for a connection before it is turned away, as a load balancer does whose targets are all taken. Half
     * the patience: what is sent when its client is about to leave costs the server as much and serves nobody.
     */
    Duration surge() {
        return patience.dividedBy(2);
    }

    /** Nanoseconds from the start to when the n-th is due. */
    long dueNanos(long n) {
        return (long) (n * 1e9 / perSecond);
    }

    public long count() {
        return (long) (perSecond * duration.toNanos() / 1e9);
    }
}
