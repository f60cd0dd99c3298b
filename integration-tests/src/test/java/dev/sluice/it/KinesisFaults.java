package dev.sluice.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Makes a local Kinesis in another process fail: its fault plan, over HTTP. Closing it ends the faults. */
final class KinesisFaults implements AutoCloseable {
    private final URI control;

    KinesisFaults(URI kinesis) {
        control = kinesis.resolve("/_sluice/faults");
    }

    /** Replaces the plan; as JSON, what it doesn't name is off. */
    String set(String plan) throws IOException, InterruptedException {
        return call("POST", plan);
    }

    /** The stream takes nothing any more; it can still be read. */
    void takeNothing() throws IOException, InterruptedException {
        set("{\"down\": true, \"operations\": [\"PutRecord\", \"PutRecords\"]}");
    }

    /** From now on nothing goes wrong. */
    void clear() throws IOException, InterruptedException {
        call("DELETE", "");
    }

    @Override
    public void close() throws IOException {
        try {
            clear();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted before the faults were ended", e);
        }
    }

    /** The plan, and how often what went wrong. */
    String show() throws IOException, InterruptedException {
        return call("GET", "");
    }

    private String call(String method, String body) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(control)
                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                    .build();
            var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException("the faults were not set: " + answer.body());
            }
            return answer.body();
        }
    }
}
