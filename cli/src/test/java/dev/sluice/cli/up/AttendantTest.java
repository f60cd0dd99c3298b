package dev.sluice.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttendantTest {
    private final StringWriter log = new StringWriter();
    private final List<String> stopped = new ArrayList<>();

    @Test
    void close_stopsTheLastFirstAndGoesOnAfterAFailure() {
        try (var attendant = new Attendant(new PrintWriter(log))) {
            attendant.<AutoCloseable>add("cloud", () -> stopped.add("cloud"));
            attendant.<AutoCloseable>add("services", () -> {
                stopped.add("services");
                throw new IllegalStateException("stuck");
            });
            attendant.<AutoCloseable>add("demo", () -> stopped.add("demo"));
        }

        assertThat(stopped).containsExactly("demo", "services", "cloud");
        assertThat(log.toString()).contains("services did not stop cleanly").contains("stuck");
    }

    @Test
    void attend_endsWhenAPartFails() throws InterruptedException {
        try (var attendant = new Attendant(new PrintWriter(log))) {
            Thread.ofPlatform().start(() -> attendant.stop("ingest has stopped"));

            assertThat(attendant.attend()).isFalse();
        }
        assertThat(log.toString()).contains("ingest has stopped");
    }

    @Test
    void stop_afterTheStopHasBegunIsNoFailure() throws InterruptedException {
        try (var attendant = new Attendant(new PrintWriter(log))) {
            attendant.<AutoCloseable>add("services", () -> attendant.stop("ingest has stopped"));
        }
        assertThat(log.toString()).doesNotContain("ingest");
    }
}
