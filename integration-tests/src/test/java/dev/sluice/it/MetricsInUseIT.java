package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Alerts and dashboards ask for metrics that a running line has, by the names that Prometheus reads. */
@ExtendWith(SharedLine.class)
class MetricsInUseIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Pattern SAMPLE = Pattern.compile("^([a-zA-Z_:][a-zA-Z0-9_:]*)[{ ]", Pattern.MULTILINE);
    /** Prometheus' own. */
    private static final Set<String> PROMETHEUS = Set.of("up", "ALERTS");
    /** There once something happened, or where something is configured that this line does without. */
    private static final List<String> NOT_ALWAYS = List.of(
            "sluice.canary.sent",
            "sluice.canary.missed",
            "sluice.retention.rows",
            "sluice.retention.objects",
            "sluice.retention.failures",
            "sluice.enrich.geo.age",
            "sluice.enrich.geo.failed",
            "sluice.enrich.schema",
            "sluice.enrich.extension",
            "sluice.enrich.extension.hung");

    @Test
    void everyMetricOfAnAlertOrADashboard_isThere(Line line) throws Exception {
        assertThat(line.run(
                                "send",
                                "--generate",
                                "50",
                                "--to",
                                line.ingest("").toString(),
                                "--site-id",
                                "metrics-in-use")
                        .exitCode())
                .isZero();
        line.awaitCount("select count(*) from page_views where site_id = 'metrics-in-use'", 50, PATIENCE);
        var known = new TreeSet<>(PROMETHEUS);
        for (String meter : NOT_ALWAYS) {
            known.add(MetricNames.ofRegistered(meter));
        }

        Awaitility.await("metrics of what was just loaded").atMost(PATIENCE).untilAsserted(() -> {
            var there = new TreeSet<>(known);
            for (int port : List.of(
                    line.ports().ingestManagement(),
                    line.ports().consumer(),
                    line.ports().loader())) {
                there.addAll(scrape(port));
            }
            var unknown = new TreeMap<String, String>();
            for (Monitoring.Alert alert : Monitoring.alerts()) {
                MetricNames.in(alert.expression()).forEach(name -> unknown.put(name, alert.name()));
            }
            for (Monitoring.Query query : Monitoring.queries()) {
                MetricNames.in(query.expression()).forEach(name -> unknown.put(name, query.title()));
            }
            assertThat(unknown).hasSizeGreaterThan(100);
            unknown.keySet().removeAll(there);
            assertThat(unknown).as("asked for, and not there").isEmpty();
        });
    }

    private static Set<String> scrape(int port) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            String samples = http.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/prometheus"))
                                    .timeout(PATIENCE)
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            var names = new TreeSet<String>();
            SAMPLE.matcher(samples).results().forEach(match -> names.add(match.group(1)));
            assertThat(names).as("samples on port " + port).isNotEmpty();
            return names;
        }
    }
}
