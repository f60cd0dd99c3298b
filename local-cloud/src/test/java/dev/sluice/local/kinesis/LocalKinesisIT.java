package dev.sluice.local.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.ExpiredNextTokenException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** What only our endpoint does: a clock that tests move, limits to the record, faults, its files and its port. */
class LocalKinesisIT {
    private static final String SHARD = "shardId-000000000000";

    private final TestClock clock = new TestClock();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path dir;

    @SuppressWarnings("NullAway.Init")
    private LocalKinesis kinesis;

    @SuppressWarnings("NullAway.Init")
    private KinesisClient client;

    @BeforeEach
    void start() throws IOException {
        kinesis = LocalKinesis.start(KinesisSettings.in(dir), clock);
        client = TestClients.withoutRetries(kinesis.endpoint());
        client.createStream(r -> r.streamName("s").shardCount(2));
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        kinesis.close();
    }

    /** To the first shard or to the second. */
    private static PutRecordsRequestEntry entry(int shard, String text) {
        return PutRecordsRequestEntry.builder()
                .partitionKey("k")
                .explicitHashKey(HashRange.even(2).get(shard).first().toString())
                .data(SdkBytes.fromUtf8String(text))
                .build();
    }

    private PutRecordsResponse put(List<PutRecordsRequestEntry> entries) {
        return client.putRecords(r -> r.streamName("s").records(entries));
    }

    private static List<PutRecordsRequestEntry> entries(int shard, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> entry(shard, Integer.toString(i)))
                .toList();
    }

    private String iterator(String shard) {
        return client.getShardIterator(
                        r -> r.streamName("s").shardId(shard).shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                .shardIterator();
    }

    private List<String> texts(String shard) {
        String iterator = iterator(shard);
        return client.getRecords(r -> r.shardIterator(iterator)).records().stream()
                .map(record -> record.data().asUtf8String())
                .toList();
    }

    @Test
    void putRecords_failsByIndexInTheFullShardOnly() {
        put(entries(0, 500));
        put(entries(0, 499));
        List<PutRecordsRequestEntry> mixed = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            mixed.add(entry(0, "first-" + i));
            mixed.add(entry(1, "second-" + i));
        }
        PutRecordsResponse answer = put(mixed);

        assertThat(answer.failedRecordCount()).isEqualTo(3);
        assertThat(answer.records())
                .extracting(PutRecordsResultEntry::errorCode)
                .containsExactly(
                        null,
                        null,
                        ApiException.THROTTLED,
                        null,
                        ApiException.THROTTLED,
                        null,
                        ApiException.THROTTLED,
                        null);
        assertThat(texts("shardId-000000000001")).containsExactly("second-0", "second-1", "second-2", "second-3");
        assertThat(texts(SHARD)).hasSize(1_000).endsWith("first-0");
        assertThatThrownBy(() -> client.putRecord(r ->
                        r.streamName("s").partitionKey("k").explicitHashKey("0").data(SdkBytes.fromUtf8String("x"))))
                .isInstanceOf(ProvisionedThroughputExceededException.class);

        clock.move(Duration.ofMillis(100));
        assertThat(put(entries(0, 150)).failedRecordCount()).isEqualTo(50);
    }

    @Test
    void getRecords_isRefusedAtTheSixthCallOfASecond() {
        put(entries(0, 1));
        String iterator = iterator(SHARD);
        for (int i = 0; i < 5; i++) {
            assertThat(client.getRecords(r -> r.shardIterator(iterator)).records())
                    .hasSize(1);
        }
        assertThatThrownBy(() -> client.getRecords(r -> r.shardIterator(iterator)))
                .isInstanceOf(ProvisionedThroughputExceededException.class);
        clock.move(Duration.ofMillis(200));
        assertThat(client.getRecords(r -> r.shardIterator(iterator)).records()).hasSize(1);
    }

    @Test
    void getRecords_givesAtMostTenMebibytes() {
        String large = "x".repeat(1024 * 1024 - 1);
        for (int i = 0; i < 12; i++) {
            put(List.of(entry(0, large)));
            clock.move(Duration.ofSeconds(1));
        }
        String iterator = iterator(SHARD);
        var first = client.getRecords(r -> r.shardIterator(iterator));
        assertThat(first.records()).hasSize(10);
        assertThat(first.millisBehindLatest()).isEqualTo(3_000);
        clock.move(Duration.ofSeconds(5));
        assertThat(client.getRecords(r -> r.shardIterator(first.nextShardIterator()))
                        .records())
                .hasSize(2);
    }

    @Test
    void anIterator_expiresAfterFiveMinutes() {
        String iterator = iterator(SHARD);
        clock.move(Duration.ofMinutes(5));
        String next = client.getRecords(r -> r.shardIterator(iterator)).nextShardIterator();
        clock.move(Duration.ofMillis(1));
        assertThatThrownBy(() -> client.getRecords(r -> r.shardIterator(iterator)))
                .isInstanceOf(ExpiredIteratorException.class);
        assertThat(client.getRecords(r -> r.shardIterator(next)).records()).isEmpty();
    }

    @Test
    void aNextToken_expiresAfterFiveMinutes() {
        String token = client.listShards(r -> r.streamName("s").maxResults(1)).nextToken();
        clock.move(Duration.ofMinutes(6));
        assertThatThrownBy(() -> client.listShards(r -> r.nextToken(token)))
                .isInstanceOf(ExpiredNextTokenException.class);
    }

    @Test
    void anIteratorOfADeletedStream_isNotGoodForItsSuccessor() {
        String iterator = iterator(SHARD);
        client.deleteStream(r -> r.streamName("s"));
        client.createStream(r -> r.streamName("s").shardCount(2));
        assertThatThrownBy(() -> client.getRecords(r -> r.shardIterator(iterator)))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void listShards_filtersByTime() {
        clock.move(Duration.ofHours(1));
        var beforeSplit = clock.instant();
        clock.move(Duration.ofHours(1));
        client.splitShard(r -> r.streamName("s").shardToSplit(SHARD).newStartingHashKey("10"));
        clock.move(Duration.ofHours(1));

        assertThat(shardsAt(ShardFilterType.AT_TIMESTAMP, beforeSplit)).containsExactly("0", "1");
        assertThat(shardsAt(ShardFilterType.AT_TIMESTAMP, clock.instant())).containsExactly("1", "2", "3");
        assertThat(shardsAt(ShardFilterType.FROM_TIMESTAMP, beforeSplit)).containsExactly("0", "1", "2", "3");
        assertThat(shardsAt(ShardFilterType.FROM_TIMESTAMP, clock.instant())).containsExactly("1", "2", "3");
    }

    private List<String> shardsAt(ShardFilterType type, Instant time) {
        return client
                .listShards(r -> r.streamName("s").shardFilter(f -> f.type(type).timestamp(time)))
                .shards()
                .stream()
                .map(Shard::shardId)
                .map(id -> id.substring(id.length() - 1))
                .toList();
    }

    @Test
    void retention_takesOldRecordsAndKeepsTheNew() {
        put(entries(0, 10));
        clock.move(Duration.ofHours(20));
        kinesis.trim();
        put(List.of(entry(0, "new")));
        assertThat(texts(SHARD)).hasSize(11);
        clock.move(Duration.ofHours(5));
        kinesis.trim();
        assertThat(texts(SHARD)).containsExactly("new");
    }

    @Test
    void anOperationThatIsNotThere_saysSo() {
        assertThatThrownBy(() -> client.registerStreamConsumer(
                        r -> r.streamARN(Arn.of("s")).consumerName("c")))
                .isInstanceOfSatisfying(
                        KinesisException.class,
                        e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("UnknownOperationException"));
    }

    @Test
    void start_saysWhichPortIsTaken(@TempDir Path other) {
        assertThatThrownBy(() -> LocalKinesis.start(KinesisSettings.in(other).withPort(kinesis.port())))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("port " + kinesis.port() + " is taken: ");
    }

    @Test
    void close_givesThePortAndTheDirectoryBack() throws IOException {
        int port = kinesis.port();
        put(entries(0, 3));
        long before = System.nanoTime();
        kinesis.close();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(3));
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                .isInstanceOf(ConnectException.class);
        kinesis = LocalKinesis.start(KinesisSettings.in(dir).withPort(port), clock);
        // The old one's connections are those that were cut.
        client.close();
        client = TestClients.withoutRetries(kinesis.endpoint());
        assertThat(texts(SHARD)).hasSize(3);
    }

    @Test
    void faults_refuseRecordsByIndex() {
        kinesis.faults().set(FaultPlan.NONE.withRecordFailures(0.5, FaultError.INTERNAL_FAILURE));
        PutRecordsResponse answer = put(entries(0, 200));
        List<String> stored = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            if (answer.records().get(i).errorCode() == null) {
                stored.add(Integer.toString(i));
            } else {
                assertThat(answer.records().get(i).errorCode()).isEqualTo("InternalFailure");
            }
        }
        assertThat(answer.failedRecordCount()).isEqualTo(200 - stored.size()).isBetween(50, 150);
        assertThat(texts(SHARD)).isEqualTo(stored);
        assertThat(kinesis.faults().counts().recordFailures())
                .isEqualTo(answer.failedRecordCount().longValue());
    }

    @Test
    void faults_loseRecordsThatAreAnsweredAsStored() {
        kinesis.faults().set(FaultPlan.NONE.withRecordLoss(0.5));
        PutRecordsResponse answer = put(entries(0, 200));
        assertThat(answer.failedRecordCount()).isZero();
        assertThat(answer.records().stream().map(record -> record.sequenceNumber()))
                .doesNotHaveDuplicates();
        assertThat(texts(SHARD))
                .hasSize(200 - (int) kinesis.faults().counts().lostRecords())
                .hasSizeBetween(50, 150);
    }

    @Test
    void faults_answerWithErrorsAndDoNothing() {
        kinesis.faults()
                .set(FaultPlan.NONE.withErrors(1, FaultError.INTERNAL_FAILURE).onlyFor("PutRecords"));
        assertThatThrownBy(() -> put(entries(0, 1)))
                .isInstanceOfSatisfying(
                        KinesisException.class, e -> assertThat(e.statusCode()).isEqualTo(500));
        assertThat(texts(SHARD)).isEmpty();
        kinesis.faults().set(FaultPlan.NONE.withErrors(1, FaultError.THROTTLED).onlyFor("PutRecords"));
        assertThatThrownBy(() -> put(entries(0, 1))).isInstanceOf(ProvisionedThroughputExceededException.class);
        kinesis.faults().clear();
        put(entries(0, 1));
    }

    @Test
    void faults_doTheWorkAndLoseTheAnswer() {
        kinesis.faults().set(FaultPlan.NONE.withLostAnswers(1).onlyFor("PutRecords"));
        assertThatThrownBy(() -> put(entries(0, 3))).isInstanceOf(SdkClientException.class);
        assertThat(texts(SHARD)).containsExactly("0", "1", "2");
    }

    @Test
    void faults_delayTheirOperationOnly() {
        kinesis.faults().set(FaultPlan.NONE.withLatency("PutRecords", Duration.ofMillis(300)));
        long start = System.nanoTime();
        client.listStreams();
        long other = System.nanoTime();
        put(entries(0, 1));
        assertThat(Duration.ofNanos(System.nanoTime() - other)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
        assertThat(Duration.ofNanos(other - start)).isLessThan(Duration.ofMillis(300));
    }

    @Test
    void faults_cutEveryCallWhileDown_andAreSetOverHttp() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(control(http, "POST", "{\"down\": true, \"latencyMillis\": {\"*\": 1}}"))
                    .contains("\"down\":true");
            assertThatThrownBy(() -> client.listStreams()).isInstanceOf(SdkClientException.class);
            assertThat(control(http, "GET", "")).contains("\"refusedCalls\":1");
            assertThat(kinesis.faults().plan())
                    .isEqualTo(FaultPlan.NONE.withDown(true).withLatency("*", Duration.ofMillis(1)));
            assertThat(control(http, "DELETE", "")).contains("\"down\":false");
            assertThat(client.listStreams().streamNames()).containsExactly("s");
        }
    }

    @Test
    void faultControl_refusesWhatItDoesNotKnow() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (String body : List.of("{\"dwon\": true}", "{\"errorRate\": 2}", "nonsense", "")) {
                assertThat(send(http, request("POST", body)).statusCode())
                        .as(body)
                        .isEqualTo(400);
            }
            assertThat(send(http, request("PUT", "")).statusCode()).isEqualTo(405);
            assertThat(kinesis.faults().plan()).isEqualTo(FaultPlan.NONE);
        }
    }

    private String control(HttpClient http, String method, String body) throws Exception {
        HttpResponse<String> answer = send(http, request(method, body));
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    private HttpRequest request(String method, String body) {
        return HttpRequest.newBuilder(kinesis.endpoint().resolve("/_sluice/faults"))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static HttpResponse<String> send(HttpClient http, HttpRequest request) throws Exception {
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void whatIsNoCallOfTheApi_getsAnErrorAndNoStackTrace() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (String target : List.of("Kinesis_20131202.PutRecords", "Kinesis_20131202.Nothing", "x")) {
                for (String body :
                        List.of("", "{", "[]", "{\"StreamName\": 5}", "{\"StreamName\":\"s\",\"Records\":[7]}")) {
                    HttpResponse<String> answer = send(http, api(target, body, "User-Agent", "test"));
                    assertThat(answer.statusCode()).as(target + body).isEqualTo(400);
                    assertThat(answer.body()).contains("__type").doesNotContain("at dev.sluice");
                }
            }
        }
    }

    @Test
    void aWebPage_isRefused() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            String list = "Kinesis_20131202.ListStreams";
            assertThat(send(http, api(list, "{}", "User-Agent", "test")).statusCode())
                    .isEqualTo(200);
            assertThat(send(http, api(list, "{}", "Origin", "http://example.org"))
                            .statusCode())
                    .isEqualTo(403);
            HttpRequest control = HttpRequest.newBuilder(kinesis.endpoint().resolve("/_sluice/faults"))
                    .header("Origin", "http://example.org")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"down\": true}"))
                    .build();
            assertThat(send(http, control).statusCode()).isEqualTo(403);
            assertThat(kinesis.faults().plan()).isEqualTo(FaultPlan.NONE);
        }
    }

    private HttpRequest api(String target, String body, String header, String value) {
        return HttpRequest.newBuilder(kinesis.endpoint())
                .header("X-Amz-Target", target)
                .header("Content-Type", "application/x-amz-json-1.1")
                .header(header, value)
                .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                .build();
    }

    @Test
    void endpoint_isOnLoopbackAlone() {
        assertThat(kinesis.endpoint()).isEqualTo(URI.create("http://127.0.0.1:" + kinesis.port()));
    }
}
