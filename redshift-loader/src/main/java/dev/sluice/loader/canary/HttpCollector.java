package dev.sluice.loader.canary;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a canary as a pixel is asked for: name resolution, TLS and load balancer included. Thread-safe. */
final class HttpCollector implements Canaries.Collector, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpCollector.class);
    /** As long as trackers wait. */
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final URI address;
    private final HttpClient http;

    HttpCollector(URI address) {
        this.address = address;
        this.http = HttpClient.newBuilder()
                .connectTimeout(TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    @Override
    public boolean take(UUID eventId, Instant at) throws InterruptedException {
        URI pixel = address.resolve("/i?e=pv&p=srv&tv=sluice-canary&aid=" + WarehouseLanding.SITE + "&eid=" + eventId
                + "&dtm=" + at.toEpochMilli() + "&url=https%3A%2F%2Fcanary.invalid%2F&page=Canary");
        var request = HttpRequest.newBuilder(pixel)
                .timeout(TIMEOUT)
                .header("User-Agent", "sluice-canary")
                .GET()
                .build();
        try {
            int status =
                    http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            LOG.debug("{} answered a canary with {}", address, status);
            return status / 100 == 2;
        } catch (IOException e) {
            LOG.debug("{} did not answer a canary", address, e);
            return false;
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
