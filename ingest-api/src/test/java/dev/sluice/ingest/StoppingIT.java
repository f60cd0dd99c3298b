package dev.sluice.ingest;

import static dev.sluice.ingest.send.FakeRecordSink.all;
import static dev.sluice.ingest.send.FakeRecordSink.hangs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.common.AuditCodec;
import dev.sluice.ingest.journal.JournalCommitter;
import dev.sluice.ingest.send.FrameSender;
import dev.sluice.ingest.send.PutOutcome;
import dev.sluice.ingest.send.StreamRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What happens when there is no room, and when the process has to go. */
@Timeout(180)
class StoppingIT {
    @Test
    void full_is503WithRetryAfter_andEveryRequestIsAccountedFor() throws Exception {
        String large = "x".repeat(900_000);
        try (var collector = new RunningCollector(
                "--sluice.ingest.journal.max-bytes=8MB",
                "--sluice.ingest.journal.segment-bytes=4MB",
                "--sluice.ingest.send.backoff-most=200ms",
                "--sluice.ingest.opt-out-cookie=nope")) {
            collector.sink.otherwise(all(PutOutcome.FAILED));
            int taken = 0;
            int refusals = 0;
            for (int i = 0; i < 15; i++) {
                var answer = collector.post(large, "Origin", "https://a.example");
                if (answer.statusCode() == 200) {
                    assertThat(refusals).as("once full, it stays full").isZero();
                    taken++;
                } else {
                    refusals++;
                    assertThat(answer.statusCode()).isEqualTo(503);
                    assertThat(answer.headers().firstValue("Retry-After")).hasValue("5");
                    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                            .hasValue("https://a.example");
                    assertThat(answer.headers().map()).doesNotContainKey("set-cookie");
                }
            }
            assertThat(taken).isBetween(4, 9);
            assertThat(collector.get("/health").statusCode())
                    .as("a stream that is down is no reason to leave")
                    .isEqualTo(200);
            assertThat(collector.get("/i", "Cookie", "nope=1").statusCode()).isEqualTo(200);
            assertThat(collector.get("/unknown").statusCode()).isEqualTo(404);

            collector.sink.otherwise(all(PutOutcome.STORED));
            int before = taken;
            await().untilAsserted(() -> assertThat(collector.hits()).hasSize(before));
            await().untilAsserted(() ->
                    assertThat(collector.get("/i?n=again").statusCode()).isEqualTo(200));
            await().untilAsserted(() ->
                    assertThat(collector.ids()).hasSize(before + 1).doesNotHaveDuplicates());

            // Those above that were sent while the room was not free yet are refused, and counted as well.
            double refused = collector.requests("refused");
            assertThat(collector.requests("accepted"))
                    .isEqualTo(before + 1)
                    .isEqualTo(collector
                            .meters()
                            .get("sluice.ingest.accepted")
                            .functionCounter()
                            .count());
            assertThat(refused).isEqualTo(collector.requestsBecauseOf("journal_full") + 1);
            assertThat(collector.requestsBecauseOf("journal_full")).isGreaterThanOrEqualTo(refusals);
            assertThat(collector.requests("opted_out")).isEqualTo(1);
            assertThat(collector.requests("other")).isEqualTo(1);
            await().untilAsserted(() -> assertThat(collector
                            .meters()
                            .get("sluice.ingest.sent")
                            .counter()
                            .count())
                    .isEqualTo(before + 1));
            assertThat(collector
                            .meters()
                            .get("sluice.ingest.journal.pending")
                            .gauge()
                            .value())
                    .isZero();
        }
    }

    @Test
    void phases_stopTheSenderAfterTheWebServer_andTheJournalAfterTheSender() {
        assertThat(IngestConfiguration.LEAVE_PHASE).isGreaterThan(WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE);
        try (var collector = new RunningCollector()) {
            assertThat(collector.context.getBean(FrameSender.class).getPhase())
                    .isLessThan(WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE)
                    .isGreaterThan(
                            collector.context.getBean(JournalCommitter.class).getPhase());
        }
    }

    @Test
    void stop_failsTheHealthCheckFirst_stillTakesRequests_thenSendsAll() throws Exception {
        var collector = new RunningCollector("--sluice.ingest.leave-delay=3s");
        for (int i = 0; i < 200; i++) {
            assertThat(collector.get("/i?n=" + i).statusCode()).isEqualTo(200);
        }
        var closing = CompletableFuture.runAsync(collector.context::close);
        await().untilAsserted(
                        () -> assertThat(collector.get("/health").statusCode()).isEqualTo(503));
        assertThat(collector.get("/i?n=late").statusCode()).isEqualTo(200);
        closing.join();
        assertThat(collector.hits()).hasSize(201);
        assertThat(collector.ids()).doesNotHaveDuplicates();
    }

    @Test
    void stop_leavesInTime_andTheRestInTheJournal() throws Exception {
        var collector = new RunningCollector("--sluice.ingest.send.drain-timeout=300ms");
        collector.sink.otherwise(hangs());
        for (int i = 0; i < 7; i++) {
            assertThat(collector.get("/i?n=" + i).statusCode()).isEqualTo(200);
        }
        var meters = collector.meters();
        collector.context.close();
        assertThat(meters.get("sluice.ingest.journal.pending").gauge().value()).isEqualTo(7);
        assertThat(meters.get("sluice.ingest.sent").counter().count()).isZero();
    }

    /** A process of its own, the real SDK, a slow and failing stream, SIGTERM in the middle of traffic. */
    @Test
    void sigterm_sendsEverythingThatWasAnsweredWith200(@TempDir Path directory) throws Exception {
        try (var stream = new SlowStream()) {
            Path output = directory.resolve("output.txt");
            Process process = startProcess(stream.port(), output);
            try {
                int port = portIn(output, process);
                int accepted = sendUntilStopped(port, process);
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isEqualTo(143);
                assertThat(accepted).isGreaterThan(100);
                assertThat(stream.hits.get())
                        .as("accepted %s, output: %s", accepted, Files.readString(output))
                        .isGreaterThanOrEqualTo(accepted);
                assertThat(Files.readString(output)).contains("all accepted hits are in the stream");
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static int sendUntilStopped(int port, Process process) throws Exception {
        int accepted = 0;
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/i?e=pv"))
                    .timeout(Duration.ofSeconds(20))
                    .build();
            for (int i = 0; i < 1_000_000; i++) {
                if (i == 500) {
                    process.destroy();
                }
                int status = http.send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode();
                assertThat(status).isEqualTo(200);
                accepted++;
            }
        } catch (IOException e) {
            // The server is gone: what was read until now is what was promised.
            assertThat(accepted).isGreaterThanOrEqualTo(500);
        }
        return accepted;
    }

    private static Process startProcess(int streamPort, Path output) throws IOException {
        String endpoint = "http://127.0.0.1:" + streamPort;
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-Daws.cborEnabled=false",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        IngestApplication.class.getName(),
                        "--spring.profiles.active=local",
                        "--server.port=0",
                        "--management.server.port=0",
                        "--sluice.ingest.journal.directory=" + output.resolveSibling("journal"),
                        "--sluice.aws.endpoint.kinesis=" + endpoint)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    private static int portIn(Path output, Process process) {
        var line = Pattern.compile("Tomcat started on port (\\d+).*\\n(?s:.*)Started IngestApplication");
        var port = new AtomicInteger();
        await().atMost(Duration.ofSeconds(90)).until(() -> {
            String text = Files.readString(output);
            assertThat(process.isAlive()).as(text).isTrue();
            Matcher matcher = line.matcher(text);
            if (matcher.find()) {
                port.set(Integer.parseInt(matcher.group(1)));
            }
            return port.get() > 0;
        });
        return port.get();
    }

    /** Takes 100 ms for a call, and fails every third record. */
    private static final class SlowStream implements AutoCloseable {
        private static final JsonMapper JSON = new JsonMapper();
        final AtomicInteger hits = new AtomicInteger();
        private final AtomicInteger records = new AtomicInteger();
        private final HttpServer server;

        SlowStream() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", exchange -> {
                JsonNode request = JSON.readTree(exchange.getRequestBody().readAllBytes());
                var results = new ArrayList<String>();
                for (JsonNode record : request.get("Records")) {
                    results.add(result(record));
                }
                pause();
                byte[] body = ("{\"FailedRecordCount\":0,\"Records\":[" + String.join(",", results) + "]}")
                        .getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            server.start();
        }

        private String result(JsonNode record) {
            if (records.incrementAndGet() % 3 == 1) {
                return "{\"ErrorCode\":\"ProvisionedThroughputExceededException\",\"ErrorMessage\":\"no\"}";
            }
            var data = new StreamRecord("", record.get("Data").binaryValue());
            if (!AuditCodec.isAudit(data.data())) {
                hits.addAndGet(RunningCollector.frame(data).hits().size());
            }
            return "{\"SequenceNumber\":\"1\",\"ShardId\":\"shardId-000000000000\"}";
        }

        private static void pause() throws IOException {
            try {
                Thread.sleep(Duration.ofMillis(100));
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        int port() {
            return server.getAddress().getPort();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
