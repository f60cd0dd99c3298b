package dev.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.AvailabilityState;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;

/** Three questions that are asked of a collector, none of which is about the stream: here there is none. */
@Timeout(120)
class HealthIT {
    private RunningCollector collector;

    @BeforeEach
    void start() throws IOException {
        int nobody;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = socket.getLocalPort();
        }
        collector = RunningCollector.beforeItsStream(
                "--sluice.aws.endpoint.kinesis=http://127.0.0.1:" + nobody,
                "--sluice.ingest.send.backoff-most=200ms",
                "--sluice.ingest.send.drain-timeout=0s");
    }

    @AfterEach
    void stop() {
        collector.close();
    }

    @Test
    void aDeadStream_isNoReasonToLeave_norToBeRestarted() throws Exception {
        assertThat(collector.get("/i?e=pv").statusCode()).isEqualTo(200);
        await().untilAsserted(() -> assertThat(collector
                        .meters()
                        .get("sluice.kinesis.put.retries")
                        .counter()
                        .count())
                .isGreaterThan(1));
        assertHealth(200, 200, 200);
    }

    @Test
    void notReady_isNotDead() throws Exception {
        publish(ReadinessState.REFUSING_TRAFFIC);
        assertHealth(503, 503, 200);
        publish(ReadinessState.ACCEPTING_TRAFFIC);
        assertHealth(200, 200, 200);
    }

    @Test
    void dead_isForWhoeverRestarts() throws Exception {
        publish(LivenessState.BROKEN);
        assertHealth(200, 200, 503);
    }

    private void publish(AvailabilityState state) {
        AvailabilityChangeEvent.publish(collector.context, state);
    }

    private void assertHealth(int loadBalancer, int readiness, int liveness) throws Exception {
        assertThat(collector.get("/health").statusCode()).as("/health").isEqualTo(loadBalancer);
        assertThat(probe("readiness")).as("readiness").isEqualTo(readiness);
        assertThat(probe("liveness")).as("liveness").isEqualTo(liveness);
        assertThat(collector.get("/actuator/health/liveness").statusCode())
                .as("not in public")
                .isEqualTo(404);
    }

    private int probe(String name) throws Exception {
        URI address = URI.create("http://127.0.0.1:" + collector.managementPort() + "/actuator/health/" + name);
        return collector.send(HttpRequest.newBuilder(address)).statusCode();
    }
}
