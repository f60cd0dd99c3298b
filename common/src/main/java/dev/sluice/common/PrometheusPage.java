package dev.sluice.common;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a service's Prometheus page says, as far as sums and maxima of it are wanted. */
public final class PrometheusPage {
    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*+)(?:\\{(.*)})? (\\S+)(?: -?\\d+)?");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*+)=\"((?:[^\"\\\\]++|\\\\.)*+)\"");

    private final List<Sample> samples;

    private record Sample(String name, Map<String, String> labels, double value) {}

    private PrometheusPage(List<Sample> samples) {
        this.samples = samples;
    }

    /** Lines that are no sample are left out. */
    public static PrometheusPage parse(String page) {
        var samples = new ArrayList<Sample>();
        page.lines().forEach(line -> {
            Matcher sample = SAMPLE.matcher(line);
            if (sample.matches()) {
                samples.add(new Sample(sample.group(1), labels(sample.group(2)), value(sample.group(3))));
            }
        });
        return new PrometheusPage(samples);
    }

    /** Over all labels; 0 when there is none. */
    public double sum(String name) {
        return samples.stream()
                .filter(sample -> sample.name().equals(name) && !Double.isNaN(sample.value()))
                .mapToDouble(Sample::value)
                .sum();
    }

    /** Over the samples with this label; 0 when there is none. */
    public double sum(String name, String label, String value) {
        return samples.stream()
                .filter(sample -> sample.name().equals(name)
                        && value.equals(sample.labels().get(label))
                        && !Double.isNaN(sample.value()))
                .mapToDouble(Sample::value)
                .sum();
    }

    /** Over all labels; 0 when there is none. */
    public double max(String name) {
        return samples.stream()
                .filter(sample -> sample.name().equals(name) && !Double.isNaN(sample.value()))
                .mapToDouble(Sample::value)
                .max()
                .orElse(0);
    }

    private static Map<String, String> labels(String inBraces) {
        return inBraces == null
                ? Map.of()
                : LABEL.matcher(inBraces)
                        .results()
                        .collect(Collectors.toUnmodifiableMap(
                                label -> label.group(1), label -> label.group(2), (a, b) -> b));
    }

    private static double value(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> number(text);
        };
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
