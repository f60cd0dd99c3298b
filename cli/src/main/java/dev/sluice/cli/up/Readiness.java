package dev.sluice.cli.up;

import dev.sluice.cli.line.CliFailure;
import dev.sluice.cli.line.RunningLine;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** Waits until each service says of itself that it works, and the consumer reads the stream. */
final class Readiness {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** That it has a lease: until then, what is sent stays in the stream. */
    private static final Pattern READS_A_SHARD = Pattern.compile("(?m)^sluice_consumer_shards(\\{.*})? [1-9]");

    private static final Pattern ANYTHING = Pattern.compile("");

    private final List<Sign> signs;

    /** @param says what its answer must hold */
    private record Sign(String service, URI at, Pattern says) {}

    Readiness(RunningLine.Services services) {
        signs = List.of(
                new Sign("ingest", services.ingestManagement().resolve("/actuator/health"), ANYTHING),
                new Sign("loader", services.loaderManagement().resolve("/actuator/health"), ANYTHING),
                new Sign("consumer", services.consumerManagement().resolve("/actuator/health"), ANYTHING),
                new Sign("consumer", services.consumerManagement().resolve("/actuator/prometheus"), READS_A_SHARD));
    }

    /** @throws CliFailure naming the service that does not get ready in time */
    void await() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (var http = HttpClient.newHttpClient()) {
            for (Sign sign : signs) {
                while (!isSeen(http, sign)) {
                    if (System.nanoTime() - deadline > 0) {
                        throw new CliFailure(sign.service() + " is not ready after " + PATIENCE.toSeconds() + " s: see "
                                + sign.at() + " and the log");
                    }
                    Thread.sleep(PAUSE);
                }
            }
        }
    }

    private static boolean isSeen(HttpClient http, Sign sign) throws InterruptedException {
        var request =
                HttpRequest.newBuilder(sign.at()).timeout(Duration.ofSeconds(5)).build();
        try {
            var response = http.send(request, BodyHandlers.ofString());
            return response.statusCode() == 200
                    && sign.says().matcher(response.body()).find();
        } catch (IOException e) {
            return false;
        }
    }
}
