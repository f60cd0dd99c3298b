package dev.sluice.bench.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What several runs gave: the median tells, the spread says how far to trust it. Immutable. */
public record Sample(List<Double> values) {
    public Sample {
        values = List.copyOf(values);
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no runs");
        }
    }

    /** Of pairs from the same rounds, so that a disturbance of the machine hits both sides of each. */
    public static Sample ratios(List<Double> numerators, List<Double> denominators) {
        if (numerators.size() != denominators.size()) {
            throw new IllegalArgumentException(numerators.size() + " runs against " + denominators.size());
        }
        var ratios = new Double[numerators.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = numerators.get(i) / denominators.get(i);
        }
        return new Sample(Arrays.asList(ratios));
    }

    public double median() {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    public double least() {
        return values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    public double most() {
        return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }

    /** {@code 4.62 (4.41 to 4.90)}. */
    public String text() {
        return number(median()) + " (" + number(least()) + " to " + number(most()) + ")";
    }

    /** Three digits that matter, and thousands in full. */
    public static String number(double value) {
        double size = Math.abs(value);
        String format =
                size >= 1000 ? "%,.0f" : size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, value);
    }
}
