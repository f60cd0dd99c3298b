package dev.sluice.ingest.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.common.Backoff;
import dev.sluice.common.aws.AwsClients;
import dev.sluice.common.aws.AwsProperties;
import dev.sluice.ingest.Hits;
import dev.sluice.ingest.journal.OpenJournal;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The real SDK client against a server that speaks the JSON protocol and answers what the test wrote down. */
@Timeout(60)
class KinesisRecordSinkTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String STORED = "{\"SequenceNumber\":\"4950\",\"ShardId\":\"shardId-000000000000\"}";
    private static final String THROTTLED =
            "{\"ErrorCode\":\"ProvisionedThroughputExceededException\",\"ErrorMessage\":\"Rate exceeded\"}";
    private static final String INTERNAL =
            "{\"ErrorCode\":\"InternalFailure\",\"ErrorMessage\":\"Internal service failure.\"}";

    private record Answer(int status, String body) {}

    private final ArrayDeque<Answer> script = new ArrayDeque<>();
    private final ConcurrentLinkedQueue<JsonNode> requests = new ConcurrentLinkedQueue<>();
    private final CountDownLatch asked = new CountDownLatch(1);
    private HttpServer server;
    private KinesisClient client;
    private KinesisRecordSink sink;

    /** The SDK would send CBOR otherwise. */
    @BeforeAll
    static void speakJson() {
        System.setProperty("aws.cborEnabled", "false");
    }

    @AfterAll
    static void speakCborAgain() {
        System.clearProperty("aws.cborEnabled");
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            requests.add(JSON.readTree(exchange.getRequestBody().readAllBytes()));
            asked.countDown();
            Answer answer;
            synchronized (script) {
                answer = script.poll();
            }
            if (answer == null) {
                return;
            }
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        client = client(URI.create("http://127.0.0.1:" + server.getAddress().getPort()), Duration.ofSeconds(20));
        sink = new KinesisRecordSink(client, "sluice");
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
    }

    @Test
    void put_readsOutcomesByIndex() throws Exception {
        answer(200, records(1, STORED, THROTTLED, STORED, INTERNAL));
        assertThat(sink.put(streamRecords(4)))
                .containsExactly(PutOutcome.STORED, PutOutcome.THROTTLED, PutOutcome.STORED, PutOutcome.FAILED);
        JsonNode request = requests.element();
        assertThat(request.get("StreamName").asString()).isEqualTo("sluice");
        assertThat(request.get("Records").size()).isEqualTo(4);
        assertThat(request.get("Records").get(2).get("PartitionKey").asString()).isEqualTo("key-2");
    }

    /** The count in the answer is not believed: what each record says is. */
    @Test
    void put_seesAFailure_whenTheFailedCountSaysNone() throws Exception {
        answer(200, records(0, THROTTLED));
        assertThat(sink.put(streamRecords(1))).containsExactly(PutOutcome.THROTTLED);
    }

    @Test
    void put_takesAnAnswerOfAnotherLengthForFailed() throws Exception {
        answer(200, records(0, STORED));
        assertThat(sink.put(streamRecords(2))).containsExactly(PutOutcome.FAILED, PutOutcome.FAILED);
    }

    @Test
    void framePut_sendsTheMiddleOneThreeTimes_whenItFailedTwice(@TempDir Path folder) throws Exception {
        answer(200, records(1, STORED, THROTTLED, STORED));
        answer(200, records(1, INTERNAL));
        answer(200, records(0, STORED));
        try (var open = OpenJournal.in(folder)) {
            var frames = new ArrayList<EncodedFrame>();
            for (int i = 0; i < 3; i++) {
                var hit = Hits.encoded(i);
                frames.add(EncodedFrame.of(new HitFrame(open.append(hit), List.of(hit)), new Random(i)));
            }
            var backoff = new Backoff(Duration.ofMillis(1), Duration.ofMillis(2));
            var framePut = new FramePut(
                    sink,
                    open.journal,
                    new FramePut.Pace(backoff, new Random(1), duration -> {}),
                    new SendMetrics(new SimpleMeterRegistry(), InstantSource.system()),
                    new SinkWatch(() -> 0));

            framePut.send(frames, new CallWindow(4));

            assertThat(open.journal.standing().pendingHits()).isZero();
            String middle =
                    Base64.getEncoder().encodeToString(frames.get(1).record().data());
            assertThat(requests).hasSize(3);
            assertThat(requests.stream().skip(1)).allSatisfy(request -> {
                assertThat(request.get("Records").size()).isEqualTo(1);
                assertThat(request.get("Records").get(0).get("Data").asString()).isEqualTo(middle);
            });
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, ProvisionedThroughputExceededException, THROTTLED",
        "400, ThrottlingException, THROTTLED",
        "400, KMSThrottlingException, THROTTLED",
        "400, LimitExceededException, THROTTLED",
        "400, ResourceNotFoundException, REFUSED",
        "400, AccessDeniedException, REFUSED",
        "400, InvalidArgumentException, REFUSED",
        "400, ExpiredTokenException, REFUSED",
        "500, InternalFailure, FAILED",
        "503, ServiceUnavailable, FAILED",
    })
    void put_judgesAFailedCallOnce(int status, String type, PutOutcome outcome) throws Exception {
        String body = "{\"__type\":\"" + type + "\",\"message\":\"no\"}";
        // The SDK smooths one failure by itself.
        answer(status, body);
        answer(status, body);
        assertThat(sink.put(streamRecords(2))).containsExactly(outcome, outcome);
    }

    @Test
    void put_isFailed_whenNobodyListens() throws Exception {
        server.stop(0);
        assertThat(sink.put(streamRecords(1))).containsExactly(PutOutcome.FAILED);
    }

    @Test
    void put_isFailed_whenNoAnswerComesInTime() throws Exception {
        try (var impatient =
                client(URI.create("http://127.0.0.1:" + server.getAddress().getPort()), Duration.ofMillis(200))) {
            assertThat(new KinesisRecordSink(impatient, "sluice").put(streamRecords(1)))
                    .containsExactly(PutOutcome.FAILED);
        }
    }

    @Test
    void put_leavesWhenInterrupted() throws Exception {
        Thread waiting = Thread.currentThread();
        Thread interrupter = Thread.ofVirtual().name("interrupter").start(() -> {
            try {
                asked.await();
                waiting.interrupt();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThatThrownBy(() -> sink.put(streamRecords(1))).isInstanceOf(InterruptedException.class);
        interrupter.join();
        assertThat(Thread.interrupted()).isFalse();
    }

    private void answer(int status, String body) {
        synchronized (script) {
            script.add(new Answer(status, body));
        }
    }

    private static String records(int failed, String... records) {
        return "{\"FailedRecordCount\":" + failed + ",\"Records\":[" + String.join(",", records) + "]}";
    }

    private static List<StreamRecord> streamRecords(int count) {
        var records = new ArrayList<StreamRecord>();
        for (int i = 0; i < count; i++) {
            records.add(new StreamRecord("key-" + i, new byte[] {(byte) i}));
        }
        return records;
    }

    private static KinesisClient client(URI endpoint, Duration timeout) {
        var properties = new AwsProperties(
                "us-east-1",
                AwsProperties.Credentials.LOCAL,
                new AwsProperties.Endpoint(endpoint, endpoint, endpoint, null),
                timeout,
                timeout.multipliedBy(2));
        return new AwsClients(properties)
                .configure(KinesisClient.builder(), endpoint)
                .httpClientBuilder(ApacheHttpClient.builder())
                .build();
    }
}
