package dev.sluice.it;

import dev.sluice.it.RawHttp.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Browsers that mind their own business while others attack: one page view after the other on a kept connection, by POST and by
 * GET, and a new connection now and then. Owns the thread "good-traffic" from its making to {@link #stop}.
 */
final class GoodTraffic {
    private static final int VIEWS_PER_CONNECTION = 50;
    private static final int PAUSE_MILLIS = 20;

    private final int port;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final List<String> ids = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private long slowestNanos;
    private final Thread thread;

    private GoodTraffic(int port) {
        this.port = port;
        this.thread = Thread.ofPlatform().name("good-traffic").daemon().unstarted(this::run);
    }

    /** What became of it, once it has stopped. */
    record Outcome(List<String> ids, List<String> failures, double slowestSeconds) {}

    static GoodTraffic to(int port) {
        var traffic = new GoodTraffic(port);
        traffic.thread.start();
        return traffic;
    }

    Outcome stop() throws InterruptedException {
        stopped.set(true);
        thread.join();
        return new Outcome(ids, failures, slowestNanos / 1e9);
    }

    private void run() {
        while (!stopped.get()) {
            try (var http = new RawHttp(port)) {
                for (int i = 0; i < VIEWS_PER_CONNECTION && !stopped.get(); i++) {
                    view(http, i);
                    Thread.sleep(PAUSE_MILLIS);
                }
            } catch (IOException e) {
                failures.add(String.valueOf(e.getMessage()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void view(RawHttp http, int i) throws IOException {
        String id = UUID.randomUUID().toString();
        long start = System.nanoTime();
        Answer answer = i % 2 == 0
                ? http.get("/i?e=pv&p=web&tv=good&eid=" + id)
                : http.request(
                        "POST " + NaughtyEvents.TRACKER + " HTTP/1.1",
                        NaughtyEvents.payload("{\"e\":\"pv\",\"p\":\"web\",\"tv\":\"good\",\"eid\":\"" + id + "\"}"));
        slowestNanos = Math.max(slowestNanos, System.nanoTime() - start);
        if (answer.status() == 200) {
            ids.add(id);
        } else {
            throw new IOException("answered by " + answer.status());
        }
    }
}
