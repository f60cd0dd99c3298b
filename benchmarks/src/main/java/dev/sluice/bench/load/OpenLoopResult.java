package dev.sluice.bench.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What became of the arrivals: {@code arrived = accepted + refused + broken + givenUp}. Latencies are of accepted ones, from when
 * the request was due to when its answer was read. Written by the loop's threads, each its own part; to be read after it.
 */
public final class OpenLoopResult {
    /** An hour is more than any answer takes. */
    private static final long MOST_MICROS = 3_600_000_000L;

    private final Histogram latency = new Histogram(MOST_MICROS, 3);
    private final List<Histogram> seconds = new ArrayList<>();
    private final long[] acceptedIn;
    private final long arrived;
    private long accepted;
    private long refused;
    private long broken;
    private long givenUp;

    OpenLoopResult(Arrivals arrivals) {
        arrived = arrivals.count();
        acceptedIn =
                new long[(int) arrivals.duration().plus(arrivals.patience()).toSeconds() + 2];
        for (int i = 0; i < acceptedIn.length; i++) {
            seconds.add(new Histogram(MOST_MICROS, 2));
        }
    }

    /** @param dueNanos since the start, as the latency */
    void addAccepted(long dueNanos, long latencyNanos) {
        long micros = latencyNanos / 1_000;
        accepted++;
        latency.recordValue(micros);
        seconds.get(second(dueNanos)).recordValue(micros);
        acceptedIn[second(dueNanos + latencyNanos)]++;
    }

    private int second(long nanos) {
        return (int) Math.min(acceptedIn.length - 1, nanos / 1_000_000_000L);
    }

    void addRefused() {
        refused++;
    }

    void addBroken() {
        broken++;
    }

    void addGivenUp(long more) {
        givenUp += more;
    }

    public long arrived() {
        return arrived;
    }

    public long accepted() {
        return accepted;
    }

    /** Answered by something else than 2xx. */
    public long refused() {
        return refused;
    }

    /** The connection ended instead of an answer. */
    public long broken() {
        return broken;
    }

    /** No answer within the client's patience. */
    public long givenUp() {
        return givenUp;
    }

    public double millisAt(double percentile) {
        return latency.getValueAtPercentile(percentile) / 1e3;
    }

    /** Of those that were due in this second of the run, from 0. */
    public double millisAt(double percentile, int second) {
        return seconds.get(second).getValueAtPercentile(percentile) / 1e3;
    }

    /** How many were accepted, and the answer read, in the first seconds of the run. */
    public long acceptedWithin(int firstSeconds) {
        return Arrays.stream(acceptedIn, 0, firstSeconds).sum();
    }

    /** Requests due in this second that were accepted, whenever that was. */
    public long acceptedOf(int second) {
        return seconds.get(second).getTotalCount();
    }
}
