package dev.sluice.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A load balancer on a bad day: passes HTTP on to one address, or behaves as its {@link Mood} says. Owns its threads from {@link
 * #start} to {@link #close}; moods may be changed by any thread.
 */
final class FaultyProxy implements AutoCloseable {
    enum Mood {
        /** Requests and answers are passed on. */
        WELL,
        /** Every request waits a while before it is passed on. */
        SLOW,
        /** 503 with a page of its own: nothing gets further, and nobody thought of CORS. */
        UNAVAILABLE,
        /** POSTs are passed on; instead of their answer the connection ends. */
        ANSWERS_LOST
    }

    private static final Duration SLOWNESS = Duration.ofMillis(700);

    /** The client's library sets these by itself. */
    private static final Set<String> NOT_PASSED_ON =
            Set.of("host", "connection", "content-length", "expect", "upgrade", "http2-settings", "transfer-encoding");

    private final HttpServer server;
    private final URI target;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("proxy-", 0).factory());
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger lost = new AtomicInteger();
    private volatile Mood mood = Mood.WELL;

    private FaultyProxy(HttpServer server, URI target) {
        this.server = server;
        this.target = target;
    }

    static FaultyProxy start(URI target) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var proxy = new FaultyProxy(server, target);
        server.setExecutor(proxy.threads);
        server.createContext("/", proxy::answer);
        server.start();
        return proxy;
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    void be(Mood mood) {
        this.mood = mood;
    }

    /** How many requests were accepted behind the proxy, by 200, without their sender hearing of it. */
    int lostAnswers() {
        return lost.get();
    }

    @SuppressWarnings("try") // closing the exchange is all it is for
    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Mood now = mood;
            if (now == Mood.UNAVAILABLE) {
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            if (now == Mood.SLOW) {
                Thread.sleep(SLOWNESS);
            }
            HttpResponse<byte[]> response = pass(exchange, body);
            if (now == Mood.ANSWERS_LOST && exchange.getRequestMethod().equals("POST")) {
                if (response.statusCode() == 200) {
                    lost.incrementAndGet();
                }
                return;
            }
            response.headers().map().forEach((name, values) -> {
                if (!NOT_PASSED_ON.contains(name)) {
                    exchange.getResponseHeaders().put(name, values);
                }
            });
            boolean isEmpty = response.body().length == 0;
            exchange.sendResponseHeaders(response.statusCode(), isEmpty ? -1 : response.body().length);
            if (!isEmpty) {
                exchange.getResponseBody().write(response.body());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpResponse<byte[]> pass(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(
                        target.resolve(exchange.getRequestURI().toString()))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!NOT_PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        http.shutdownNow();
    }
}
