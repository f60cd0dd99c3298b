package dev.sluice.bench.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** The numbers on a service's Prometheus page. Immutable. */
public final class Metrics {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private final String page;

    Metrics(String page) {
        this.page = page;
    }

    static Metrics of(int managementPort) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + "/actuator/prometheus"))
                .timeout(Duration.ofSeconds(20))
                .build();
        return new Metrics(
                HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    /** Over all labels; 0 when there is none of that name. */
    public double sum(String name) {
        return page.lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Hits that were taken. */
    public long accepted() {
        return (long) sum("sluice_ingest_accepted_hits_total");
    }

    /** Hits that the stream has. */
    public long sent() {
        return (long) sum("sluice_ingest_sent_hits_total");
    }
}
