package dev.sluice.it;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/**
 * haproxy before two nodes, as strict as a cloud's load balancer: it looks at {@code /health}, shares the requests out evenly, and
 * tries none again. Confined to the test's thread.
 */
final class Balancer implements AutoCloseable {
    private final Process process;
    private final Path log;
    private final int port;
    private final int statePort;

    private Balancer(Process process, Path log, int port, int statePort) {
        this.process = process;
        this.log = log;
        this.port = port;
        this.statePort = statePort;
    }

    static Balancer start(Path folder, IngestNode a, IngestNode b) throws IOException {
        int port;
        int statePort;
        try (var one = new ServerSocket(0);
                var other = new ServerSocket(0)) {
            port = one.getLocalPort();
            statePort = other.getLocalPort();
        }
        Path configuration = folder.resolve("haproxy.cfg");
        Files.writeString(configuration, configuration(port, statePort, a.port(), b.port()));
        Path log = folder.resolve("haproxy.log");
        // -db: in the foreground, one process.
        Process process = new ProcessBuilder("/usr/sbin/haproxy", "-db", "-f", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        var balancer = new Balancer(process, log, port, statePort);
        balancer.awaitBothUp();
        return balancer;
    }

    private static String configuration(int port, int statePort, int a, int b) {
        return """
            global
              maxconn 2000
              log stdout format raw local0
            defaults
              mode http
              log global
              option httplog
              option dontlog-normal
              timeout connect 5s
              timeout check 5s
              timeout client 30s
              timeout server 30s
              retries 0
            frontend public
              bind 127.0.0.1:%d
              default_backend nodes
            frontend state
              bind 127.0.0.1:%d
              stats enable
              stats uri /
            backend nodes
              balance roundrobin
              option httpchk GET /health
              default-server inter 200ms fall 2 rise 2 check
              server a 127.0.0.1:%d
              server b 127.0.0.1:%d
            """.formatted(port, statePort, a, b);
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + port);
    }

    void awaitBothUp() {
        Awaitility.await("both nodes behind the load balancer")
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new AssertionError("haproxy ended: " + said());
                    }
                    return isUp("a") && isUp("b");
                });
    }

    private boolean isUp(String node) {
        try (var in =
                URI.create("http://127.0.0.1:" + statePort + "/;csv").toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .anyMatch(line -> line.startsWith("nodes," + node + ",") && line.contains(",UP,"));
        } catch (IOException e) {
            return false;
        }
    }

    /** Its own log: what it thought of the nodes, and each request that failed. */
    String said() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
