package dev.sluice.loader.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.common.PrometheusPage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MetersTest {
    private static final URI INGEST_1 = URI.create("http://ingest-1:9080");
    private static final URI INGEST_2 = URI.create("http://ingest-2:9080");
    private static final URI CONSUMER = URI.create("http://consumer-1:9081");

    private final AtomicLong nanos = new AtomicLong();
    private final SimpleMeterRegistry own = new SimpleMeterRegistry();
    private final Map<URI, PrometheusPage> there = new HashMap<>();

    private Meters meters(List<URI> ingest, List<URI> consumers) {
        return new Meters(
                own,
                services -> {
                    var answers = new HashMap<>(there);
                    answers.keySet().retainAll(services);
                    return answers;
                },
                ingest,
                consumers,
                nanos::get);
    }

    private static PrometheusPage ingest(long accepted, long refused, long pending) {
        return PrometheusPage.parse("sluice_ingest_accepted_hits_total " + accepted
                + "\nsluice_ingest_requests_total{outcome=\"accepted\",reason=\"\"} " + accepted
                + "\nsluice_ingest_requests_total{outcome=\"refused\",reason=\"journal_full\"} " + refused
                + "\nsluice_ingest_journal_pending_hits " + pending + "\n");
    }

    private static PrometheusPage consumer(long hits) {
        return PrometheusPage.parse("sluice_consumer_hits_total " + hits
                + "\nsluice_consumer_millis_behind_seconds{shard=\"1\"} 0.5"
                + "\nsluice_consumer_millis_behind_seconds{shard=\"2\"} 1.25\n");
    }

    @Test
    void read_addsUpWhatNodesCount() {
        var meters = meters(List.of(INGEST_1, INGEST_2), List.of(CONSUMER));
        there.put(INGEST_1, ingest(100, 1, 3));
        there.put(INGEST_2, ingest(1_000, 0, 4));
        there.put(CONSUMER, consumer(50));
        assertThat(meters.read())
                .isEqualTo(new Meters.Now(
                        new Meters.Loader(Double.NaN, Double.NaN),
                        new Meters.Ingest(2, 2, Double.NaN, Double.NaN, 7),
                        new Meters.Consumers(1, 1, Double.NaN, 1.25)));
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        there.put(INGEST_1, ingest(200, 7, 0));
        there.remove(INGEST_2);
        there.put(CONSUMER, consumer(60));
        Meters.Now now = meters.read();
        assertThat(now.ingest()).isEqualTo(new Meters.Ingest(2, 1, 50, 3, 0));
        assertThat(now.consumers()).isEqualTo(new Meters.Consumers(1, 1, 5, 1.25));
    }

    @Test
    void read_asksNobodyWithoutAddresses() {
        own.gauge("sluice.load.waiting.batches", 4);
        own.gauge("sluice.load.lag", 2.5);
        assertThat(meters(List.of(), List.of()).read())
                .isEqualTo(new Meters.Now(new Meters.Loader(4, 2.5), null, null));
    }

    @Test
    void pages_areOfThoseThatAnswerInTime() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/actuator/prometheus", exchange -> {
            byte[] page = "a_total 7\n".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        server.start();
        URI good = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        try (var pages = new HttpPages()) {
            URI away = URI.create("http://127.0.0.1:1");
            Map<URI, PrometheusPage> read = pages.read(List.of(good, away));
            assertThat(read).containsOnlyKeys(good);
            assertThat(read.get(good))
                    .isNotNull()
                    .extracting(page -> page.sum("a_total"))
                    .isEqualTo(7.0);
        } finally {
            server.stop(0);
        }
    }
}
