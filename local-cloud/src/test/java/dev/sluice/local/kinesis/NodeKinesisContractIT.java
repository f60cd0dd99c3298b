package dev.sluice.local.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * The contract on somebody else's Kinesis: keeps the contract, and so our endpoint, from being true only by our own reading.
 * Installs npm's {@code kinesis-local} under {@code target/}; where there is no Node, or the package can't be had, it skips and
 * says why. It listens on all interfaces, as it can't be told otherwise, so it lives only as long as this test.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class NodeKinesisContractIT extends KinesisContract {
    private static final String PACKAGE = "kinesis-local@0.6.2";
    private static final Path HOME = Path.of("target", "node-kinesis-local").toAbsolutePath();
    private static final Path OUTPUT = HOME.resolve("output.txt");

    private @Nullable Process process;
    private KinesisClient client;

    @BeforeAll
    void start() throws Exception {
        Files.createDirectories(HOME);
        skipUnless(run("node", "--version"), "there is no Node here");
        Path program = HOME.resolve(Path.of("node_modules", "kinesis-local", "main.js"));
        if (!Files.exists(program)) {
            skipUnless(
                    run("npm", "install", "--no-audit", "--no-fund", "--prefix", HOME.toString(), PACKAGE),
                    "npm could not install " + PACKAGE + ": see " + OUTPUT);
        }
        int port = freePort();
        ProcessBuilder builder = new ProcessBuilder("node", program.toString());
        Map<String, String> environment = builder.environment();
        environment.put("KINESIS_MOCK_PLAIN_PORT", Integer.toString(port));
        environment.put("KINESIS_MOCK_TLS_PORT", Integer.toString(freePort()));
        environment.put(
                "KINESIS_MOCK_CERT_PATH", program.resolveSibling("server.json").toString());
        environment.put("SHARD_LIMIT", "100");
        for (String change :
                List.of("CREATE_STREAM", "DELETE_STREAM", "MERGE_SHARDS", "SPLIT_SHARD", "UPDATE_SHARD_COUNT")) {
            environment.put(change + "_DURATION", "0ms");
        }
        process = builder.redirectErrorStream(true)
                .redirectOutput(OUTPUT.toFile())
                .start();
        client = TestClients.of(URI.create("http://127.0.0.1:" + port));
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptionsInstanceOf(SdkException.class)
                .untilAsserted(
                        () -> assertThat(client.listStreams().streamNames()).isEmpty());
    }

    private static void skipUnless(boolean condition, String reason) {
        if (!condition) {
            System.out.println("NodeKinesisContractIT is skipped: " + reason);
        }
        assumeTrue(condition, reason);
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            Process child = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(OUTPUT.toFile())
                    .start();
            boolean ended = child.waitFor(2, TimeUnit.MINUTES);
            if (!ended) {
                child.destroyForcibly();
            }
            return ended && child.exitValue() == 0;
        } catch (IOException _) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @AfterAll
    void stop() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
            client.close();
        }
    }

    @Override
    KinesisClient client() {
        return client;
    }

    @Override
    List<Deviation> deviations() {
        return List.of(Deviation.values());
    }
}
