package dev.sluice.bench.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Makes the stand-in for Kinesis slow, or takes it away. Thread-safe. */
public final class StreamFaults {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private final URI control;

    StreamFaults(int port) {
        control = URI.create("http://127.0.0.1:" + port + "/_sluice/faults");
    }

    /** From now on each call that puts takes this long. */
    public void latency(Duration latency) throws IOException, InterruptedException {
        long millis = latency.toMillis();
        plan("{\"latencyMillis\": {\"PutRecords\": " + millis + ", \"PutRecord\": " + millis + "}}");
    }

    /** From now on each call's connection is cut. */
    public void down() throws IOException, InterruptedException {
        plan("{\"down\": true}");
    }

    private void plan(String json) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(control)
                .timeout(Duration.ofSeconds(20))
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        var answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(control + " answered " + answer.statusCode() + ": " + answer.body());
        }
    }
}
