package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The containers' health check, run as it is there: by bash, without curl. */
class HealthcheckScriptTest {
    private static final Path SCRIPT = Path.of(System.getProperty("sluice.root", ".."), "deploy/docker/healthcheck.sh");
    private static final Path BASH = Path.of("/bin/bash");

    private HttpServer server;
    private String port;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(Files.isExecutable(BASH), "no " + BASH + " here");
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.createContext("/up", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.createContext("/down", exchange -> {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        server.start();
        port = String.valueOf(server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void check_followsTheStatus() throws Exception {
        assertThat(run(port, "/up")).isZero();
        assertThat(run(port, "/down")).isNotZero();
        assertThat(run(port, "/nowhere")).isNotZero();
    }

    @Test
    void check_withoutAPathAsksOnlyWhetherSomethingListens() throws Exception {
        assertThat(run(port)).isZero();

        server.stop(0);
        assertThat(run(port)).isNotZero();
        assertThat(run(port, "/up")).isNotZero();
    }

    private static int run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(BASH.toString(), SCRIPT.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
