package dev.sluice.local.kinesis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@link Faults} for other processes: GET shows the plan and the counts, POST replaces the plan (what it doesn't name is off),
 * DELETE clears it. Works while the endpoint is {@code down}.
 *
 * <pre>{"latencyMillis": {"PutRecords": 200, "*": 5}, "operations": ["PutRecords"], "errorRate": 0.1, "error": "THROTTLED",
 *  "recordFailureRate": 0.2, "lostAnswerRate": 0.05, "recordLossRate": 0, "down": false, "seed": 1}</pre>
 */
final class FaultControl implements HttpHandler {
    static final String PATH = "/_sluice/faults";
    private static final int MOST_BYTES = 64 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Faults faults;

    FaultControl(Faults faults) {
        this.faults = faults;
    }

    /** The plan as it is written; every field may be absent. */
    private record Body(
            @Nullable Map<String, Long> latencyMillis,
            @Nullable Set<String> operations,
            double errorRate,
            @Nullable FaultError error,
            double recordFailureRate,
            double lostAnswerRate,
            double recordLossRate,
            boolean down,
            @Nullable Long seed) {

        static Body of(FaultPlan plan) {
            Map<String, Long> millis = new TreeMap<>();
            plan.latency().forEach((operation, delay) -> millis.put(operation, delay.toMillis()));
            return new Body(
                    millis,
                    plan.operations(),
                    plan.errorRate(),
                    plan.error(),
                    plan.recordFailureRate(),
                    plan.lostAnswerRate(),
                    plan.recordLossRate(),
                    plan.down(),
                    plan.seed());
        }

        FaultPlan plan() {
            Map<String, Duration> latency = new TreeMap<>();
            if (latencyMillis != null) {
                latencyMillis.forEach((operation, millis) -> latency.put(operation, Duration.ofMillis(millis)));
            }
            return new FaultPlan(
                    latency,
                    operations == null ? Set.of() : operations,
                    errorRate,
                    error == null ? FaultPlan.NONE.error() : error,
                    recordFailureRate,
                    lostAnswerRate,
                    recordLossRate,
                    down,
                    seed == null ? FaultPlan.NONE.seed() : seed);
        }
    }

    /** What GET shows. */
    private record Shown(Body plan, Faults.Counts counts) {}

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (HttpAnswers.isFromWebPage(exchange)) {
                HttpAnswers.send(exchange, 403, HttpAnswers.TEXT, "Not for web pages");
                return;
            }
            switch (exchange.getRequestMethod()) {
                case "GET" -> show(exchange);
                case "DELETE" -> {
                    faults.clear();
                    show(exchange);
                }
                case "POST" -> replace(exchange);
                default -> HttpAnswers.send(exchange, 405, HttpAnswers.TEXT, "GET, POST or DELETE");
            }
        }
    }

    private void replace(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES);
        try {
            faults.set(JSON.readValue(body, Body.class).plan());
            show(exchange);
        } catch (JsonProcessingException e) {
            HttpAnswers.send(exchange, 400, HttpAnswers.TEXT, e.getOriginalMessage());
        } catch (IllegalArgumentException e) {
            HttpAnswers.send(exchange, 400, HttpAnswers.TEXT, String.valueOf(e.getMessage()));
        }
    }

    private void show(HttpExchange exchange) throws IOException {
        Shown shown = new Shown(Body.of(faults.plan()), faults.counts());
        HttpAnswers.send(exchange, 200, HttpAnswers.JSON, JSON.writeValueAsString(shown));
    }
}
