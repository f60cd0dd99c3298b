package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** One consumer or loader in a process of its own: what faults are done to. It keeps its port when it is started again. Confined to the test's thread. */
final class ServiceNode implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);

    /** A heap that holds nothing for ten minutes: what is not bounded ends the process. */
    private static final Launched.Jvm JVM = new Launched.Jvm(
            List.of(),
            List.of("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError"));

    private final String module;
    private final Path logs;
    private final int port;
    private final List<String> arguments;
    private Launched process;

    private ServiceNode(String module, Path logs, int port, List<String> arguments) throws IOException {
        this.module = module;
        this.logs = logs;
        this.port = port;
        this.arguments = arguments;
        this.process = launch();
    }

    /**
     * Does not wait until it is up.
     *
     * @param module whose jar it is
     * @param arguments keys, besides those that all need
     */
    static ServiceNode start(String module, Path logs, List<String> arguments) throws IOException {
        try (var free = new ServerSocket(0)) {
            return new ServiceNode(module, logs, free.getLocalPort(), arguments);
        }
    }

    private Launched launch() throws IOException {
        var all = new ArrayList<>(List.of("--spring.profiles.active=local", "--server.port=" + port));
        all.addAll(arguments);
        return Launched.start(logs, JVM, UnpackedJar.of(module), all);
    }

    /** The process is gone; a new one takes its place. */
    void startAgain() throws IOException {
        process.close();
        process = launch();
    }

    void awaitUp() {
        Awaitility.await(module + " on port " + port)
                .atMost(START)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    assertAlive();
                    return status("/actuator/health/liveness") == 200;
                });
    }

    Launched process() {
        return process;
    }

    /** The answer to a GET; -1 when there is none within five seconds. */
    int status(String path) {
        try {
            var connection = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
            connection.setConnectTimeout(5_000);
            connection.setReadTimeout(5_000);
            try {
                return connection.getResponseCode();
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return -1;
        }
    }

    /** With what it said, when it has ended. */
    void assertAlive() throws IOException {
        assertThat(process.isAlive())
                .as("%s ended: %s", module, process.output())
                .isTrue();
    }

    /** The sum of a metric over all its series. */
    double metric(String name) throws IOException {
        return metric(name, "");
    }

    /** Over those of its series that have this tag. */
    double metric(String name, String tag) throws IOException {
        assertAlive();
        try {
            return Metrics.sum(port, name, tag);
        } catch (ConnectException e) {
            throw new AssertionError(module + " is ending: " + process.output(), e);
        }
    }

    double shards() throws IOException {
        return metric("sluice_consumer_shards");
    }

    @Override
    public void close() {
        process.close();
    }
}
