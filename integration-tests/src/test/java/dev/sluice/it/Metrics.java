package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a service's management port says. */
final class Metrics {
    private Metrics() {}

    /** The sum of a metric over all its series; its name is as Prometheus has it. */
    static double sum(int port, String name) throws IOException {
        return sum(port, name, "");
    }

    /** The sum of a metric over those of its series that have this tag, written as in {@code area="heap"}. */
    static double sum(int port, String name, String tag) throws IOException {
        URI metrics = URI.create("http://127.0.0.1:" + port + "/actuator/prometheus");
        try (var in = metrics.toURL().openStream()) {
            double[] values = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                    .filter(line -> line.contains(tag))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .toArray();
            assertThat(values).as("%s %s at %s", name, tag, metrics).isNotEmpty();
            return Arrays.stream(values).sum();
        }
    }
}
