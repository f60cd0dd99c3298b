package dev.sluice.loader.console;

import dev.sluice.common.PrometheusPage;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads other services' metrics from their management ports, all at once. Thread-safe; blocks for the time-out at most. */
final class HttpPages implements Meters.Pages, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpPages.class);
    /** For all of an answer: sent from the same network, and made in memory. */
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    @Override
    public Map<URI, PrometheusPage> read(List<URI> services) {
        var asked = new ArrayList<CompletableFuture<HttpResponse<String>>>();
        for (URI service : services) {
            var request = HttpRequest.newBuilder(service.resolve("/actuator/prometheus"))
                    .timeout(TIMEOUT)
                    .build();
            asked.add(http.sendAsync(request, BodyHandlers.ofString())
                    .orTimeout(TIMEOUT.toMillis() * 2, TimeUnit.MILLISECONDS));
        }
        var pages = new HashMap<URI, PrometheusPage>();
        for (int i = 0; i < services.size(); i++) {
            try {
                HttpResponse<String> answer = asked.get(i).join();
                if (answer.statusCode() == 200) {
                    pages.put(services.get(i), PrometheusPage.parse(answer.body()));
                }
            } catch (CompletionException e) {
                LOG.debug("{} does not answer", services.get(i), e);
            }
        }
        return pages;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
