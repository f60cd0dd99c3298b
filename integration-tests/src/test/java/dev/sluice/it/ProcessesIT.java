package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each service from its own jar, as operators run them, on the stand-ins of {@code ./sluice cloud}. Consumer and loader die by
 * {@code kill -9} under load; the ingest node is stopped in an orderly way while hits are still in its buffer.
 */
class ProcessesIT {
    private static final Duration START = Duration.ofSeconds(90);
    private static final int EVENTS = 40_000;

    @TempDir
    Path data;

    @Test
    void killedConsumerAndLoader_loseNothingAndDoubleNothing() throws Exception {
        Line.Ports ports = Line.Ports.free();
        try (Line cloud = Line.cloud(data, ports);
                Launched ingest = service("ingest-api", ports.ingest(), ports);
                Launched ingestReady = await(ingest, ports.ingestManagement())) {
            Launched loader = await(service("redshift-loader", ports.loader(), ports), ports.loader());
            Launched consumer = await(service("stream-consumer", ports.consumer(), ports), ports.consumer());
            try (Launched send = cloud.start(
                    "send",
                    "--generate",
                    String.valueOf(EVENTS),
                    "--rate",
                    "1700",
                    "--to",
                    "http://127.0.0.1:" + ports.ingest())) {
                for (int kill = 1; kill <= 2; kill++) {
                    cloud.awaitCount("select count(*) from page_views", 6_000L * kill, Duration.ofSeconds(90));
                    consumer.kill9();
                    loader.kill9();
                    loader = await(service("redshift-loader", ports.loader(), ports), ports.loader());
                    consumer = await(service("stream-consumer", ports.consumer(), ports), ports.consumer());
                }
                Launched.Outcome outcome = send.await(Duration.ofMinutes(2));
                assertThat(outcome.exitCode()).as(outcome.err()).isZero();
                assertThat(ingestReady.terminate(Duration.ofSeconds(45)))
                        .as("ingest's exit code on SIGTERM: %s", ingest.output())
                        .isIn(0, 143);
                cloud.awaitCount("select count(*) from page_views", EVENTS, Duration.ofSeconds(90));
                assertThat(cloud.count("select count(*) from page_views")).isEqualTo(EVENTS);
                assertThat(cloud.count("select count(distinct event_id) from page_views"))
                        .isEqualTo(EVENTS);
                assertThat(cloud.count("select count(*) from bad_events")).isZero();
            } finally {
                consumer.close();
                loader.close();
            }
        }
    }

    private Launched service(String module, int port, Line.Ports ports) throws Exception {
        Path jar = Launched.root().resolve(module + "/target/" + module + "-0.1.0-SNAPSHOT-exec.jar");
        var arguments = new ArrayList<>(List.of(
                "--spring.profiles.active=local",
                "--server.port=" + port,
                "--sluice.aws.endpoint.kinesis=http://127.0.0.1:" + ports.kinesis(),
                "--sluice.aws.endpoint.dynamodb=http://127.0.0.1:" + ports.dynamodb(),
                "--sluice.aws.endpoint.s3=http://127.0.0.1:" + ports.s3()));
        if (module.equals("ingest-api")) {
            arguments.add("--management.server.port=" + ports.ingestManagement());
            arguments.add("--sluice.ingest.journal.directory=" + data.resolve("ingest-journal"));
        }
        if (module.equals("redshift-loader")) {
            arguments.add("--sluice.loader.jdbc-url=jdbc:redshift://127.0.0.1:" + ports.redshift() + "/dev?ssl=false");
        }
        return Launched.start(data.resolve("test-logs"), jar, arguments);
    }

    /** Waits until the service's own health says up. */
    private static Launched await(Launched service, int managementPort) {
        URI health = URI.create("http://127.0.0.1:" + managementPort + "/actuator/health");
        Awaitility.await("health of " + health)
                .atMost(START)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .until(() -> {
                    if (!service.isAlive()) {
                        throw new AssertionError("the service ended: " + service.output());
                    }
                    return ((HttpURLConnection) health.toURL().openConnection()).getResponseCode() == 200;
                });
        return service;
    }
}
