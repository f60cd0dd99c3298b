package dev.sluice.cli.send;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long answers took, in little memory however many there are: each is counted in one of a row of buckets, so that a percentile
 * is at most a thirty-second too large. Thread-safe.
 */
final class Latencies {
    /** Buckets for each doubling; a power of two. */
    private static final int FINENESS = 32;

    private static final int FINENESS_BITS = Integer.numberOfTrailingZeros(FINENESS);

    private final AtomicLongArray counts = new AtomicLongArray((Long.SIZE - FINENESS_BITS) * FINENESS);
    private final AtomicLong most = new AtomicLong();

    void record(long nanos) {
        long value = Math.max(0, nanos);
        counts.incrementAndGet(bucketOf(value));
        most.accumulateAndGet(value, Math::max);
    }

    /** So many nanoseconds or fewer took this share of all; 0 when nothing was recorded. */
    long percentile(double share) {
        long all = 0;
        for (int i = 0; i < counts.length(); i++) {
            all += counts.get(i);
        }
        long left = Math.max(1, (long) Math.ceil(all * share));
        for (int i = 0; i < counts.length() && all > 0; i++) {
            left -= counts.get(i);
            if (left <= 0) {
                return Math.min(mostIn(i), most.get());
            }
        }
        return most.get();
    }

    long most() {
        return most.get();
    }

    /** Below the fineness each value has its own; above, the leading bits choose. */
    private static int bucketOf(long value) {
        if (value < FINENESS) {
            return (int) value;
        }
        int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(value) - FINENESS_BITS;
        return (shift + 1) * FINENESS + (int) (value >>> shift) - FINENESS;
    }

    private static long mostIn(int bucket) {
        if (bucket < FINENESS) {
            return bucket;
        }
        int shift = bucket / FINENESS - 1;
        return ((long) (bucket % FINENESS + FINENESS + 1) << shift) - 1;
    }
}
