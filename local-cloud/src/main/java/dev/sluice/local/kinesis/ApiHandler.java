package dev.sluice.local.kinesis;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of the service's API: finds the operation, lets the faults have their way, and writes the answer in the format that
 * the call came in.
 *
 * <p>At most {@value #AT_WORK} calls are worked on at a time, the others wait: this bounds the memory, as a call holds at most
 * {@value #MOST_BODY_BYTES} bytes coming in and an answer of some 14 MB going out. Calls that only sleep through an injected
 * latency don't count.
 */
final class ApiHandler implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ApiHandler.class);
    private static final int AT_WORK = 16;
    // PutRecords of 5 MiB: 7 MB in base64, and keys.
    private static final int MOST_BODY_BYTES = 16 * 1024 * 1024;

    private final Map<String, Operation> operations;
    private final Faults faults;
    private final Semaphore atWork = new Semaphore(AT_WORK, true);
    private final CountDownLatch closing = new CountDownLatch(1);

    ApiHandler(Map<String, Operation> operations, Faults faults) {
        this.operations = Map.copyOf(operations);
        this.faults = faults;
    }

    /** Ends the latencies that are being slept through. */
    void close() {
        closing.countDown();
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        String operation = operationOf(exchange.getRequestHeaders().getFirst("X-Amz-Target"));
        // Closing an exchange that has no answer yet cuts its connection.
        try (exchange) {
            if (faults.drawDown(operation)) {
                return;
            }
            waitFor(faults.latencyOf(operation));
            atWork.acquire();
            try {
                work(exchange, operation);
            } finally {
                atWork.release();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void work(HttpExchange exchange, String operation) throws IOException {
        WireFormat format = WireFormat.of(exchange.getRequestHeaders().getFirst("Content-Type"));
        byte[] body = exchange.getRequestBody().readNBytes(MOST_BODY_BYTES + 1);
        int status = 200;
        byte[] answer;
        try {
            answer = format.write(call(exchange, operation, body, format));
        } catch (ApiException e) {
            status = e.status();
            answer = format.write(error(e));
        } catch (IOException | RuntimeException e) {
            LOG.error("{} failed", operation, e);
            status = 500;
            answer = format.write(error(ApiException.internal()));
        }
        if (faults.drawLostAnswer(operation)) {
            return;
        }
        exchange.getResponseHeaders().set("x-amzn-RequestId", UUID.randomUUID().toString());
        HttpAnswers.send(exchange, status, format.contentType(), answer);
    }

    private Answer call(HttpExchange exchange, String name, byte[] body, WireFormat format) throws IOException {
        if (HttpAnswers.isFromWebPage(exchange)) {
            throw new ApiException(403, "AccessDeniedException", "Not for web pages");
        }
        if (body.length > MOST_BODY_BYTES) {
            throw new ApiException(413, "RequestEntityTooLarge", "More than " + MOST_BODY_BYTES + " bytes");
        }
        Operation operation = operations.get(name);
        if (operation == null || !exchange.getRequestMethod().equals("POST")) {
            throw ApiException.unknownOperation(name);
        }
        Optional<ApiException> injected = faults.drawError(name);
        if (injected.isPresent()) {
            throw injected.get();
        }
        return operation.answer(format.read(body));
    }

    private static Answer error(ApiException e) {
        return out -> {
            out.text("__type", e.code());
            out.text("message", e.text());
        };
    }

    /** {@code Kinesis_20131202.PutRecords} names PutRecords. */
    private static String operationOf(@Nullable String target) {
        return target == null ? "" : target.substring(target.indexOf('.') + 1);
    }

    private void waitFor(Duration latency) throws InterruptedException {
        if (latency.isPositive() && closing.await(latency.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.debug("A latency of {} was cut short by the end", latency);
        }
    }
}
