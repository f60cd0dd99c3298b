package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole line dies at once, with no warning, and comes back on its data folder. */
class CrashIT {
    private static final String SITE = "crash";

    @TempDir
    Path data;

    @Test
    void kill9_losesNothingThatWasAcknowledged_andDoublesNothing() throws Exception {
        Set<String> acknowledged;
        Line.Ports ports = Line.Ports.free();
        try (Line line = Line.up(data, ports);
                Driver driver = Driver.start(data, line.ingest("/"), Driver.Load.of(60_000, 1_700), 1, SITE)) {
            line.awaitCount("select count(*) from page_views", 3_000, Duration.ofMinutes(1));
            line.process().kill9();
            acknowledged = driver.acknowledgedAtLast();
        }
        assertThat(acknowledged).hasSizeGreaterThan(3_000);

        try (Line line = Line.up(data, ports)) {
            System.out.println("kill -9: " + acknowledged.size() + " acknowledged, of these "
                    + Ids.lost(acknowledged, Ids.inWarehouse(line, SITE)).size() + " not in the warehouse yet");
            Awaitility.await("all that was acknowledged")
                    .atMost(Duration.ofMinutes(1))
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(() -> Ids.assertNothingLost(acknowledged, Ids.inWarehouse(line, SITE)));
            Ids.assertEachOnce(line, SITE);
            assertThat(line.process().terminate(Duration.ofMinutes(1)))
                    .as("exit code on SIGTERM")
                    .isIn(0, 143);
        }
    }
}
