package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.it.RawHttp.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The ingest service from its own jar, with little memory, under attack: others are served on, its memory stays within bounds
 * (it would end if its heap did not), and nothing that was sent stands in its log. Longer with {@code -Dsluice.trial=full}.
 */
class HostileInputIT {
    private static final boolean FULL = "full".equals(System.getProperty("sluice.trial"));
    private static final Duration START = Duration.ofMinutes(2);
    private static final long MOST_RESIDENT = 1_000_000_000;
    /** Stands in every attack, and so must stand nowhere else. */
    private static final String MARK = "h0st1le";

    @TempDir
    static Path data;

    private static Line cloud;
    private static Launched ingest;
    private static int port;

    private GoodTraffic good;

    @BeforeAll
    static void up() throws Exception {
        Line.Ports ports = Line.Ports.free();
        port = ports.ingest();
        cloud = Line.cloud(data, ports);
        ingest = Launched.start(
                data.resolve("test-logs"),
                new Launched.Jvm(List.of(), List.of("-Xmx384m", "-XX:+ExitOnOutOfMemoryError")),
                Launched.root().resolve("ingest-api/target/ingest-api-0.1.0-SNAPSHOT-exec.jar"),
                List.of(
                        "--spring.profiles.active=local",
                        "--sluice.ingest.journal.directory=" + data.resolve("ingest-journal"),
                        "--server.port=" + port,
                        "--management.server.port=" + ports.ingestManagement(),
                        "--sluice.aws.endpoint.kinesis=" + cloud.kinesis()));
        Awaitility.await("the ingest service").atMost(START).ignoreExceptions().until(() -> status("/health") == 200);
    }

    @AfterAll
    static void down() throws Exception {
        try {
            if (ingest != null && ingest.isAlive()) {
                logSaysNothingOfIt();
            }
        } finally {
            if (ingest != null) {
                ingest.close();
            }
            cloud.close();
        }
    }

    private static void logSaysNothingOfIt() throws IOException {
        List<String> lines = ingest.output().lines().toList();
        assertThat(lines).noneMatch(line -> line.contains(MARK));
        assertThat(lines)
                .as("one line per event, each of ours")
                .allMatch(line -> line.matches("(?:WARNING: .*|[0-9]{4}-[0-9]{2}-[0-9]{2}T.*|)"))
                .hasSizeLessThan(60);
    }

    @BeforeEach
    void others() {
        good = GoodTraffic.to(port);
    }

    @AfterEach
    void others_wereServed() throws Exception {
        GoodTraffic.Outcome outcome = good.stop();
        System.out.println(outcome.ids().size() + " good views, the slowest in " + outcome.slowestSeconds() + " s, "
                + ingest.residentBytes() / 1_000_000 + " MB resident");
        assertThat(outcome.failures()).isEmpty();
        assertThat(outcome.ids()).isNotEmpty();
        assertThat(ingest.residentBytes()).isLessThan(MOST_RESIDENT);
        Awaitility.await("good views in the stream")
                .atMost(Duration.ofSeconds(30))
                .until(() -> StreamReader.eventIds(cloud.kinesis()).containsAll(outcome.ids()));
    }

    private static int status(String target) throws IOException {
        try (var http = new RawHttp(port)) {
            return http.get(target).status();
        }
    }

    /** Sends as it is; every answer until the server closes or says no more. */
    private static List<Integer> raw(String request) throws IOException {
        return raw(request.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static List<Integer> raw(byte[] request) throws IOException {
        var statuses = new ArrayList<Integer>();
        try (var http = new RawHttp(port).patience(Duration.ofMillis(300))) {
            http.send(request);
            for (Answer answer = http.read(); answer.status() > 0; answer = http.read()) {
                assertThat(answer.status()).isBetween(200, 499);
                assertThat(new String(answer.body(), StandardCharsets.ISO_8859_1))
                        .doesNotContain(MARK);
                statuses.add(answer.status());
            }
        }
        return statuses;
    }

    @ParameterizedTest
    @ValueSource(strings = {"-H -i 2", "-B -i 2 -s 4096", "-B -i 2 -s 1000000", "-X -i 2 -k 3"})
    void slowClients_takeNothingFromOthers(String mode) throws Exception {
        boolean there = new ProcessBuilder("sh", "-c", "command -v slowhttptest")
                        .start()
                        .waitFor()
                == 0;
        if (!there) {
            System.out.println("SKIPPED: slowhttptest is not installed");
        }
        Assumptions.assumeTrue(there, "slowhttptest is not installed");
        var command = new ArrayList<>(List.of("slowhttptest", "-c", "1000", "-r", "1000", "-v", "0"));
        command.addAll(List.of("-l", FULL ? "60" : "6", "-u", "http://127.0.0.1:" + port + NaughtyEvents.TRACKER));
        command.addAll(List.of(mode.split(" ")));
        Process attack = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(data.resolve("slowhttptest.txt").toFile())
                .start();
        assertThat(attack.waitFor(3, TimeUnit.MINUTES)).isTrue();
    }

    /** Each says that a large body will come, and sends a byte of it now and then. */
    @Test
    void announcedBodies_thatHardlyCome_takeNoRoomFromOthers() throws Exception {
        var dripping = new ArrayList<RawHttp>();
        try {
            for (int i = 0; i < 2_000; i++) {
                dripping.add(new RawHttp(port)
                        .send("POST " + NaughtyEvents.TRACKER
                                + " HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\nConnection: close\r\n\r\n"));
                if (i % 250 == 249) {
                    drip(dripping);
                }
            }
            for (int round = 0; round < 3; round++) {
                Thread.sleep(1_000);
                drip(dripping);
            }
            Answer answer = dripping.getLast().patience(Duration.ofSeconds(60)).read();
            assertThat(answer.status()).isEqualTo(408);
        } finally {
            dripping.forEach(RawHttp::close);
        }
    }

    private static void drip(List<RawHttp> connections) {
        for (RawHttp connection : connections) {
            try {
                connection.send("x");
            } catch (IOException e) {
                // The server has had enough of this one.
            }
        }
    }

    @Test
    void connections_thatAreOpenedAndLeft_areGivenBack() throws Exception {
        var idle = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 10_000; i++) {
                var socket = new Socket();
                idle.add(socket);
                // What waits at the door is not waited for.
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2_000);
            }
        } catch (IOException e) {
            System.out.println("the door is shut after " + idle.size() + " connections: " + e.getMessage());
        }
        try {
            Awaitility.await("room for a new connection")
                    .atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> status("/i?e=pv") == 200);
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void endlessBody_isRefusedEarly() throws Exception {
        byte[] chunk = new byte[1 << 16];
        byte[] head = (Integer.toHexString(chunk.length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        long sent = 0;
        try (var http = new RawHttp(port)) {
            http.send("POST " + NaughtyEvents.TRACKER + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            while (sent < 1L << 30) {
                http.send(head).send(chunk).send("\r\n");
                sent += chunk.length;
            }
        } catch (IOException e) {
            // It has hung up on us.
        }
        assertThat(sent).as("sent before the server hung up").isLessThan(32 << 20);
        try (var http = new RawHttp(port)) {
            http.send("POST " + NaughtyEvents.TRACKER + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1073741824\r\n\r\n");
            assertThat(http.read().status()).isEqualTo(422);
        }
    }

    @Test
    void gzipBombs_areRefused() throws Exception {
        for (int megabytes : new int[] {10, 300}) {
            var bomb = new ByteArrayOutputStream();
            try (var gzip = new GZIPOutputStream(bomb)) {
                for (int i = 0; i < megabytes; i++) {
                    gzip.write(new byte[1_000_000]);
                }
            }
            for (int i = 0; i < 20; i++) {
                try (var http = new RawHttp(port)) {
                    Answer answer = http.request(
                            "POST " + NaughtyEvents.TRACKER + " HTTP/1.1\r\nContent-Encoding: gzip",
                            bomb.toByteArray());
                    assertThat(answer.status()).isBetween(400, 499);
                }
            }
        }
    }

    @Test
    void smuggledRequests_areNeverSeenAsRequests() throws Exception {
        for (String request : HostileRequests.smuggling(MARK)) {
            assertThat(raw(request)).as(request).hasSizeLessThanOrEqualTo(1);
        }
        assertThat(StreamReader.hits(cloud.kinesis()))
                .isNotEmpty()
                .noneMatch(hit -> hit.query().contains("smuggled="));
    }

    @Test
    void absurdRequests_areAnsweredInAWord_orNotAtAll() throws Exception {
        for (String request : HostileRequests.absurd(MARK)) {
            assertThat(raw(request)).as(shown(request)).hasSizeLessThanOrEqualTo(1);
        }
    }

    /** Raw, folded, encoded, in the target, in every header: nothing of it may end in the log, which the end looks at. */
    @Test
    void injections_neverReachTheLog() throws Exception {
        var connections = new ArrayList<RawHttp>();
        try {
            for (String request : HostileRequests.injections(MARK)) {
                connections.add(new RawHttp(port).send(request));
            }
            for (RawHttp connection : connections) {
                // Those that are waited for, because they look unfinished, stay silent.
                assertThat(connection.patience(Duration.ofMillis(50)).read().status())
                        .isLessThan(500);
            }
        } finally {
            connections.forEach(RawHttp::close);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/actuator",
                "/actuator/health",
                "/actuator/prometheus",
                "//actuator/prometheus",
                "/./actuator/prometheus",
                "/i/../actuator/prometheus",
                "/i/..;/actuator/prometheus",
                "/i;x=y/../actuator/prometheus",
                "/%61ctuator/prometheus",
                "/i/%2e%2e/actuator/prometheus",
                "/ACTUATOR/prometheus",
                "/actuator/prometheus/",
                "/actuator/prometheus;.png",
                "http://localhost/actuator/prometheus",
                "/actuator/env",
                "/actuator/heapdump"
            })
    void managementPages_areNotOnThePublicPort(String target) throws Exception {
        assertThat(status(target)).isIn(400, 404);
    }

    @Test
    void addresses_areThoseThatOurProxySaw_whateverWasForwarded() throws Exception {
        String forged = "1.1.1.1, 127.0.0.1, unknown, [::1]:80, 2.2.2.2, <script>, " + "3.3.3.3, ".repeat(300);
        try (var http = new RawHttp(port)) {
            assertThat(http.send(
                                    "GET /i?e=pv&x=forwarded HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: " + forged
                                            + "\r\nX-Forwarded-For: 203.0.113.7\r\nForwarded: for=4.4.4.4\r\nX-Real-IP: 5.5.5.5\r\n\r\n")
                            .read()
                            .status())
                    .isEqualTo(200);
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(StreamReader.hits(cloud.kinesis()))
                        .filteredOn(hit -> hit.query().contains("forwarded"))
                        .extracting(hit -> hit.visitor().ip())
                        .containsExactly("203.0.113.7"));
    }

    private static String shown(String request) {
        return request.substring(0, Math.min(request.length(), 150));
    }
}
