package dev.sluice.it;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * One node of ingest-api in a process of its own: what faults are done to. It keeps its ports and its journal when it is started
 * again. Confined to the test's thread, but for what only asks it by HTTP.
 */
final class IngestNode implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);

    private final Setup setup;
    private final int port;
    private final int managementPort;
    private Launched process;

    /**
     * @param logs folder for what it prints
     * @param kinesis the stream's endpoint
     * @param journal its folder
     * @param arguments more keys
     */
    record Setup(Path logs, URI kinesis, Path journal, Launched.Jvm jvm, List<String> arguments) {
        /** Serial and one compiler: what starts fastest, which these tests do often. */
        private static final Launched.Jvm JVM = new Launched.Jvm(
                List.of(),
                List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError"));

        Setup(Path logs, URI kinesis, Path journal, String... arguments) {
            this(logs, kinesis, journal, JVM, List.of(arguments));
        }

        Setup with(Launched.Jvm newJvm) {
            return new Setup(logs, kinesis, journal, newJvm, arguments);
        }

        Setup under(List<String> prefix) {
            return with(jvm.under(prefix));
        }
    }

    private IngestNode(Setup setup, int port, int managementPort, Launched process) {
        this.setup = setup;
        this.port = port;
        this.managementPort = managementPort;
        this.process = process;
    }

    /** Starts one and waits until it takes traffic. */
    static IngestNode start(Setup setup) throws IOException {
        int port;
        int managementPort;
        try (var one = new ServerSocket(0);
                var other = new ServerSocket(0)) {
            port = one.getLocalPort();
            managementPort = other.getLocalPort();
        }
        var node = new IngestNode(setup, port, managementPort, launch(setup, port, managementPort));
        try {
            node.awaitHealthy();
        } catch (RuntimeException | Error e) {
            node.close();
            throw e;
        }
        return node;
    }

    private static Launched launch(Setup setup, int port, int managementPort) throws IOException {
        Path jar = UnpackedJar.of("ingest-api");
        var arguments = new ArrayList<>(List.of(
                "--spring.profiles.active=local",
                "--server.port=" + port,
                "--management.server.port=" + managementPort,
                "--sluice.aws.endpoint.kinesis=" + setup.kinesis(),
                "--sluice.ingest.journal.directory=" + setup.journal()));
        arguments.addAll(setup.arguments());
        return Launched.start(setup.logs(), setup.jvm(), jar, arguments);
    }

    /** The process is gone; a new one on the same ports and the same journal takes its place. */
    void startAgain() throws IOException {
        process.close();
        process = launch(setup, port, managementPort);
        awaitHealthy();
    }

    private void awaitHealthy() {
        Awaitility.await("health of the node at " + address())
                .atMost(START)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new AssertionError("the node ended: " + process.output());
                    }
                    return status("/health") == 200;
                });
    }

    Launched process() {
        return process;
    }

    int port() {
        return port;
    }

    Path journal() {
        return setup.journal();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** The answer to a GET; -1 when there is none within five seconds. */
    int status(String path) {
        try {
            var connection = (HttpURLConnection) address().resolve(path).toURL().openConnection();
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

    double metric(String name) throws IOException {
        return metric(name, "");
    }

    /** The sum of a metric over those of its series that have this tag, written as in {@code area="heap"}. */
    double metric(String name, String tag) throws IOException {
        return Metrics.sum(managementPort, name, tag);
    }

    /** What the heap holds when all that is garbage is gone. */
    long heapAfterGc() throws Exception {
        Machine.run(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                String.valueOf(process.pid()),
                "GC.run");
        return (long) metric("jvm_memory_used_bytes", "area=\"heap\"");
    }

    /** Hits that were accepted since the start, and are not in the stream yet. */
    double pending() throws IOException {
        return metric("sluice_ingest_journal_pending_hits");
    }

    /** Waits until the stream has all that was accepted, also by those that ran on this journal before. */
    void awaitDrained(Duration patience) {
        Awaitility.await("the journal to be empty")
                .atMost(patience)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> pending() == 0 && metric("sluice_ingest_journal_earlier_bytes") == 0);
    }

    @Override
    public void close() {
        process.close();
    }
}
