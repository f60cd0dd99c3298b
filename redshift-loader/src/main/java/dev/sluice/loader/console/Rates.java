package dev.sluice.loader.console;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How fast counters of several nodes grow together, each since it was last seen. One that has become smaller is a new start of its
 * node, and tells nothing yet. Bounded by the addresses that are configured. Confined to one thread.
 */
final class Rates {
    private static final double NANOS = 1e9;

    private final LongSupplier nanoTime;
    private final Map<Key, Seen> before = new HashMap<>();

    private record Key(String counter, URI node) {}

    private record Seen(double value, long atNanos) {}

    Rates(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** A second, over all nodes of which it can be told; NaN when it can of none. */
    double of(String counter, Map<URI, Double> values) {
        long now = nanoTime.getAsLong();
        double sum = Double.NaN;
        for (Map.Entry<URI, Double> value : values.entrySet()) {
            Seen last = before.put(new Key(counter, value.getKey()), new Seen(value.getValue(), now));
            if (last != null && value.getValue() >= last.value() && now - last.atNanos() > 0) {
                double rate = (value.getValue() - last.value()) * NANOS / (now - last.atNanos());
                sum = Double.isNaN(sum) ? rate : sum + rate;
            }
        }
        return sum;
    }
}
