package dev.sluice.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/** Page views sent to a node one by one, to see what a client is told at this moment. Confined to the test's thread. */
final class Probe implements AutoCloseable {
    /** More patience than a tracker's five seconds: who makes it wait that long makes trackers give up. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private static final int NO_ANSWER = 0;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(LONGEST).build();
    private final IngestNode node;
    private final Set<String> acknowledged = new HashSet<>();

    Probe(IngestNode node) {
        this.node = node;
    }

    /**
     * What one client saw.
     *
     * @param status 0 when there was no answer
     * @param retryAfter whether the answer said when to try again
     */
    record Answer(int status, boolean retryAfter, Duration took) {
        boolean accepted() {
            return status >= 200 && status < 300;
        }
    }

    Answer send() throws InterruptedException {
        String id = UUID.randomUUID().toString();
        URI pixel = node.address().resolve("/i?e=pv&p=web&tv=it&aid=probe&url=http%3A%2F%2Fexample.com%2F&eid=" + id);
        var request = HttpRequest.newBuilder(pixel).timeout(LONGEST).build();
        long start = System.nanoTime();
        int status = NO_ANSWER;
        boolean retryAfter = false;
        try {
            var answer = http.send(request, HttpResponse.BodyHandlers.discarding());
            status = answer.statusCode();
            retryAfter = answer.headers().firstValue("Retry-After").isPresent();
        } catch (HttpTimeoutException e) {
            return new Answer(NO_ANSWER, false, LONGEST);
        } catch (IOException e) {
            // Refused or cut: an answer of its kind, and how soon it came is what matters.
        }
        var seen = new Answer(status, retryAfter, Duration.ofNanos(System.nanoTime() - start));
        if (seen.accepted()) {
            acknowledged.add(id);
        }
        return seen;
    }

    /** The ids of those whose 2xx was read. */
    Set<String> acknowledged() {
        return Set.copyOf(acknowledged);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
