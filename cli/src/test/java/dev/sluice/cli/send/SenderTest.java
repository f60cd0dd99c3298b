package dev.sluice.cli.send;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Against a real HTTP server that answers as the test says. */
class SenderTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int EVENTS = 20;

    @TempDir
    Path directory;

    private final Map<String, List<String>> bodies = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> tries = new ConcurrentHashMap<>();
    private final SendCounts counts = new SendCounts();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server = newServer();
    private Behaviour behaviour = (exchange, attempt) -> answer(exchange, 200);

    private interface Behaviour {
        void answer(HttpExchange exchange, int attempt) throws IOException;
    }

    private static HttpServer newServer() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void startServer() {
        server.setExecutor(threads);
        server.createContext("/com.snowplowanalytics.snowplow/tp2", exchange -> {
            try (exchange) {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                String id = JSON.readTree(body).get("data").get(0).get("eid").asString();
                bodies.computeIfAbsent(id, key -> new ArrayList<>()).add(body);
                int attempt =
                        tries.computeIfAbsent(id, key -> new AtomicInteger()).incrementAndGet();
                behaviour.answer(exchange, attempt);
            }
        });
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void run_acceptsAllAndWritesEachIdOnce() throws Exception {
        var ids = send(Duration.ofSeconds(20));

        assertThat(counts.accepted.sum()).isEqualTo(EVENTS);
        assertThat(counts.allAccepted()).isTrue();
        assertThat(ids).containsExactlyInAnyOrderElementsOf(bodies.keySet()).hasSize(EVENTS);
    }

    @Test
    void run_sendsTheSameBytesAgainAfter503() throws Exception {
        behaviour = (exchange, attempt) -> answer(exchange, attempt == 1 ? 503 : 200);

        var ids = send(Duration.ofSeconds(20));

        assertThat(counts.accepted.sum()).isEqualTo(EVENTS);
        assertThat(counts.retries.sum()).isEqualTo(EVENTS);
        assertThat(ids).hasSize(EVENTS).doesNotHaveDuplicates();
        assertThat(bodies.values())
                .allSatisfy(sent -> assertThat(sent).hasSize(2).allMatch(sent.getFirst()::equals));
    }

    @Test
    void run_sendsAgainWhenTheAnswerIsLost() throws Exception {
        behaviour = (exchange, attempt) -> {
            if (attempt > 1) {
                answer(exchange, 200);
            }
            // Otherwise the connection ends without an answer.
        };

        var ids = send(Duration.ofSeconds(20));

        assertThat(counts.accepted.sum()).isEqualTo(EVENTS);
        assertThat(ids).hasSize(EVENTS).doesNotHaveDuplicates();
    }

    @Test
    void run_givesUpAtOnceWhatIsRefusedForEver() throws Exception {
        behaviour = (exchange, attempt) -> answer(exchange, 400);

        var ids = send(Duration.ofSeconds(20));

        assertThat(counts.refused.sum()).isEqualTo(EVENTS);
        assertThat(counts.retries.sum()).isZero();
        assertThat(ids).isEmpty();
    }

    @Test
    void run_writesOnlyIdsThatWereAccepted() throws Exception {
        behaviour = (exchange, attempt) -> answer(exchange, isEven(exchange) ? 200 : 422);

        var ids = send(Duration.ofSeconds(20));

        assertThat(ids).isNotEmpty().hasSize((int) counts.accepted.sum());
        assertThat(addressesOf(ids)).allMatch(SenderTest::isEven);
        assertThat(counts.refused.sum()).isEqualTo(EVENTS - ids.size()).isPositive();
    }

    @Test
    void run_countsAsRefusedWhatStays503() throws Exception {
        behaviour = (exchange, attempt) -> {
            exchange.getResponseHeaders().set("Retry-After", "30");
            answer(exchange, 503);
        };

        var ids = send(Duration.ofSeconds(5));

        assertThat(counts.refused.sum())
                .as("30 s is past the 5 s: not even tried again")
                .isEqualTo(EVENTS);
        assertThat(counts.retries.sum()).isZero();
        assertThat(ids).isEmpty();
    }

    @Test
    void run_countsAsUnansweredWhenNobodyIsThere() throws Exception {
        int port = server.getAddress().getPort();
        server.stop(0);

        send(port, Duration.ZERO);

        assertThat(counts.unanswered.sum()).isEqualTo(EVENTS);
        assertThat(counts.allAccepted()).isFalse();
    }

    @Test
    void stop_endsTheRunWithWhatWasAnswered_howeverMuchIsDueLater() throws Exception {
        Path file = directory.resolve("ids");
        var collector = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        try (var source = generated();
                var ids = new IdFile(file)) {
            var onceAnHour = new Sender.Pace(1 / 3600.0, 4, Duration.ofSeconds(20));
            var sender = new Sender(() -> new HttpCollector(collector), ids, counts, onceAnHour);
            behaviour = (exchange, attempt) -> {
                answer(exchange, 200);
                sender.stop();
            };

            sender.run(source);
        }
        assertThat(Files.readAllLines(file)).hasSize(1);
        assertThat(counts.sent()).isEqualTo(1);
    }

    private List<String> send(Duration retryFor) throws Exception {
        return send(server.getAddress().getPort(), retryFor);
    }

    private List<String> send(int port, Duration retryFor) throws Exception {
        Path file = directory.resolve("ids");
        try (var source = generated();
                var ids = new IdFile(file)) {
            var collector = URI.create("http://127.0.0.1:" + port);
            new Sender(() -> new HttpCollector(collector), ids, counts, new Sender.Pace(2_000, 4, retryFor))
                    .run(source);
        }
        return Files.readAllLines(file);
    }

    private static GeneratedSource generated() {
        return new GeneratedSource(EVENTS, 1, "https://shop.example", "site");
    }

    private static List<String> addressesOf(List<String> ids) {
        var addresses = new ArrayList<String>();
        try (var source = generated()) {
            for (Event event = source.next(); event != null; event = source.next()) {
                if (ids.contains(event.id())) {
                    addresses.add(event.clientIp());
                }
            }
        }
        return addresses;
    }

    private static boolean isEven(HttpExchange exchange) {
        return isEven(exchange.getRequestHeaders().getFirst("X-Forwarded-For"));
    }

    private static boolean isEven(String address) {
        return (address.charAt(address.length() - 1) - '0') % 2 == 0;
    }

    private static void answer(HttpExchange exchange, int status) throws IOException {
        byte[] ok = "ok".getBytes(StandardCharsets.US_ASCII);
        exchange.sendResponseHeaders(status, ok.length);
        exchange.getResponseBody().write(ok);
    }
}
