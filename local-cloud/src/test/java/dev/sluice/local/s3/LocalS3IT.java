package dev.sluice.local.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.local.ChildJvm;
import dev.sluice.local.Loopback;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

class LocalS3IT {
    private static final String BUCKET = "sluice-local";
    private static final String KEY = "staged/v1/table=page_views/day=2026-11-23/shardId-000000000000/1_2.csv.gz";

    @TempDir
    Path dir;

    private LocalS3 s3;
    private S3Client client;

    @BeforeEach
    void createBucket() throws IOException {
        start();
        client.createBucket(request -> request.bucket(BUCKET));
    }

    private void start() throws IOException {
        s3 = LocalS3.start(dir, 0);
        client = client(s3.endpoint());
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        s3.close();
    }

    @Test
    void get_returnsWhatWasPut() {
        byte[] bytes = {0, (byte) 0x1f, (byte) 0x8b, 13, 10, (byte) 0xff};
        client.putObject(
                request ->
                        request.bucket(BUCKET).key(KEY).contentType("text/csv").contentEncoding("gzip"),
                RequestBody.fromBytes(bytes));

        assertThat(client.getObjectAsBytes(request -> request.bucket(BUCKET).key(KEY))
                        .asByteArray())
                .isEqualTo(bytes);
        HeadObjectResponse head =
                client.headObject(request -> request.bucket(BUCKET).key(KEY));
        assertThat(head.contentLength()).isEqualTo(bytes.length);
        assertThat(head.contentType()).isEqualTo("text/csv");
        assertThat(head.contentEncoding()).isEqualTo("gzip");
        assertThat(head.eTag()).isNotBlank();
    }

    @Test
    void put_replacesTheObject() {
        put(KEY, "first");
        put(KEY, "second");

        assertThat(get(KEY)).isEqualTo("second");
        assertThat(keys("")).containsExactly(KEY);
    }

    @Test
    void get_answers404ForWhatIsMissing() {
        assertThatThrownBy(() -> get("nowhere")).isInstanceOf(NoSuchKeyException.class);
        assertThatThrownBy(() ->
                        client.headObject(request -> request.bucket(BUCKET).key("nowhere")))
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(404));
        assertThatThrownBy(() -> client.putObject(
                        request -> request.bucket("no-such-bucket").key(KEY), RequestBody.fromString("x")))
                .isInstanceOf(NoSuchBucketException.class);
    }

    @Test
    void list_pagesThroughAPrefixInKeyOrder() {
        List<String> expected = IntStream.range(0, 25)
                .mapToObj(i -> "staged/_d/shard=%02d/batch_%03d.json".formatted(i % 3, i))
                .sorted()
                .toList();
        expected.forEach(key -> put(key, key));
        put("other/one", "x");

        List<String> found = new ArrayList<>();
        int pages = 0;
        String token = null;
        do {
            String from = token;
            ListObjectsV2Response page = client.listObjectsV2(request ->
                    request.bucket(BUCKET).prefix("staged/_d/").maxKeys(7).continuationToken(from));
            page.contents().stream().map(S3Object::key).forEach(found::add);
            pages++;
            token = page.nextContinuationToken();
        } while (token != null);

        assertThat(found).isEqualTo(expected);
        assertThat(pages).isEqualTo(4);
    }

    @Test
    void delete_removesTheObjectAndIsHarmlessTwice() {
        put(KEY, "x");
        client.deleteObject(request -> request.bucket(BUCKET).key(KEY));
        client.deleteObject(request -> request.bucket(BUCKET).key(KEY));

        assertThat(keys("")).isEmpty();
    }

    @Test
    void copy_makesASecondObject() {
        put(KEY, "x");
        client.copyObject(request -> request.sourceBucket(BUCKET)
                .sourceKey(KEY)
                .destinationBucket(BUCKET)
                .destinationKey("loaded/" + KEY));

        assertThat(get("loaded/" + KEY)).isEqualTo("x");
        assertThat(keys("")).containsExactlyInAnyOrder(KEY, "loaded/" + KEY);
    }

    @Test
    void put_refusesBytesThatDontMatchTheirChecksum() {
        assertThatThrownBy(() -> client.putObject(
                        request -> request.bucket(BUCKET).key(KEY).checksumCRC32("AAAAAA=="),
                        RequestBody.fromString("not the bytes of that checksum")))
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(400));
        assertThat(keys("")).isEmpty();
    }

    @Test
    void put_ifAbsentKeepsTheFirst() {
        putIfAbsent(KEY, "first");

        assertThatThrownBy(() -> putIfAbsent(KEY, "second"))
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(412));
        assertThat(get(KEY)).isEqualTo("first");
    }

    @Test
    void put_ifAbsentLetsOneOfManyWin() throws Exception {
        int writers = 8;
        int rounds = 20;
        CyclicBarrier together = new CyclicBarrier(writers);
        try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
            for (int round = 0; round < rounds; round++) {
                String key = "race/" + round;
                List<Future<Boolean>> wins = new ArrayList<>();
                for (int writer = 0; writer < writers; writer++) {
                    String body = "writer " + writer;
                    wins.add(threads.submit((Callable<Boolean>) () -> {
                        together.await(30, TimeUnit.SECONDS);
                        return wonRace(key, body);
                    }));
                }
                List<String> winners = new ArrayList<>();
                for (int writer = 0; writer < writers; writer++) {
                    if (wins.get(writer).get()) {
                        winners.add("writer " + writer);
                    }
                }
                assertThat(winners).hasSize(1).containsExactly(get(key));
            }
        }
    }

    @Test
    void list_showsNoUnfinishedUpload() throws IOException {
        try (Socket upload = halfAnUpload(s3.port(), KEY)) {
            awaitIncoming();

            assertThat(keys("")).isEmpty();
            assertThat(client.listBuckets().buckets()).extracting(Bucket::name).containsExactly(BUCKET);
            assertThat(upload.isConnected()).isTrue();
        }
        Awaitility.await().untilAsserted(() -> assertThat(incoming()).isEmpty());
        assertThat(keys("")).isEmpty();
    }

    @Test
    void put_survivesNeighboursThatDeleteTheirDirectory() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<?> one = threads.submit(() -> putAndDelete("deep/er/one"));
            Future<?> two = threads.submit(() -> putAndDelete("deep/er/two"));
            one.get();
            two.get();
        }
        assertThat(keys("")).isEmpty();
    }

    @Test
    void start_keepsObjects() throws IOException {
        put(KEY, "kept");
        stop();
        start();

        assertThat(get(KEY)).isEqualTo("kept");
    }

    @Test
    void kill_keepsWholeObjectsAndShowsNoHalfOne(@TempDir Path other) throws Exception {
        try (ChildJvm child = ChildJvm.start(LocalS3Main.class, other.toString())) {
            int port = Integer.parseInt(child.await("ready "));
            try (S3Client killed = client(URI.create("http://127.0.0.1:" + port))) {
                killed.createBucket(request -> request.bucket(BUCKET));
                for (int i = 0; i < 50; i++) {
                    int n = i;
                    killed.putObject(
                            request -> request.bucket(BUCKET).key("whole/" + n), RequestBody.fromString("body " + n));
                }
                try (Socket upload = halfAnUpload(port, KEY)) {
                    Awaitility.await()
                            .untilAsserted(() -> assertThat(files(other.resolve("objects/.incoming")))
                                    .isNotEmpty());
                    child.kill();
                    assertThat(upload.isConnected()).isTrue();
                }
            }
        }
        try (LocalS3 again = LocalS3.start(other, 0);
                S3Client reader = client(again.endpoint())) {
            List<String> keys = reader.listObjectsV2(request -> request.bucket(BUCKET)).contents().stream()
                    .map(S3Object::key)
                    .toList();
            assertThat(keys).hasSize(50).allMatch(key -> key.startsWith("whole/"));
            for (String key : keys) {
                assertThat(reader.getObjectAsBytes(
                                        request -> request.bucket(BUCKET).key(key))
                                .asUtf8String())
                        .isEqualTo("body " + key.substring("whole/".length()));
            }
            assertThat(files(other.resolve("objects/.incoming"))).isEmpty();
        }
    }

    @Test
    void port_answersOnLoopbackOnly() throws IOException {
        Loopback.assertOnlyThere(s3.port());
    }

    @Test
    void start_namesThePortThatIsTaken(@TempDir Path other) {
        assertThatThrownBy(() -> LocalS3.start(other, s3.port()))
                .isInstanceOf(BindException.class)
                .hasMessageContaining("S3 can't listen on 127.0.0.1:" + s3.port());
    }

    @Test
    void put_cantLeaveItsBucket() {
        assertThatThrownBy(() -> put("../escaped", "x")).isInstanceOf(S3Exception.class);
        assertThat(dir.resolve("objects/escaped")).doesNotExist();
        assertThat(dir.resolve("escaped")).doesNotExist();
    }

    private boolean wonRace(String key, String body) {
        try {
            putIfAbsent(key, body);
            return true;
        } catch (S3Exception e) {
            assertThat(e.statusCode()).isEqualTo(412);
            return false;
        }
    }

    private void putAndDelete(String key) {
        for (int i = 0; i < 300; i++) {
            put(key, "x");
            client.deleteObject(request -> request.bucket(BUCKET).key(key));
        }
    }

    /** A PUT that promises a megabyte and sends half of it; closing it breaks the upload off. */
    private static Socket halfAnUpload(int port, String key) throws IOException {
        int promised = 1 << 20;
        Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
        String head = "PUT /" + BUCKET + "/" + key + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nContent-Length: "
                + promised + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(new byte[promised / 2]);
        socket.getOutputStream().flush();
        return socket;
    }

    private void awaitIncoming() {
        Awaitility.await().untilAsserted(() -> assertThat(incoming()).isNotEmpty());
    }

    private List<Path> incoming() throws IOException {
        return files(dir.resolve("objects/.incoming"));
    }

    private static List<Path> files(Path dir) throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.toList();
        }
    }

    private void put(String key, String body) {
        client.putObject(request -> request.bucket(BUCKET).key(key), RequestBody.fromString(body));
    }

    private void putIfAbsent(String key, String body) {
        client.putObject(request -> request.bucket(BUCKET).key(key).ifNoneMatch("*"), RequestBody.fromString(body));
    }

    private String get(String key) {
        return client.getObjectAsBytes(request -> request.bucket(BUCKET).key(key))
                .asUtf8String();
    }

    private List<String> keys(String prefix) {
        return client.listObjectsV2(request -> request.bucket(BUCKET).prefix(prefix)).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    private static S3Client client(URI endpoint) {
        return S3Client.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .httpClient(ApacheHttpClient.create())
                // A second try would hide what went wrong in the first.
                .overrideConfiguration(configuration -> configuration.retryStrategy(
                        StandardRetryStrategy.builder().maxAttempts(1).build()))
                .build();
    }
}
