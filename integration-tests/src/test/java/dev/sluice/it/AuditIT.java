package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the collector says it accepted arrives beside the hits, and is the whole of it, however its starts ended. */
class AuditIT {
    private static final String SITE = "audit";
    /** Several records for each segment. */
    private static final List<String> OFTEN = List.of("-Dsluice.ingest.audit.interval=1s");

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path data;

    @Test
    void everyStart_isAccountedForToItsLastHit_afterKill9AndAfterAStop() throws Exception {
        Line.Ports ports = Line.Ports.free();
        try (Line line = Line.up(data, ports, OFTEN);
                // Each event once: one that a browser sends again leaves no row.
                Driver driver = Driver.start(
                        data, line.ingest("/"), Driver.Load.of(60_000, 1_000).withoutRetries(), 1, SITE)) {
            line.awaitCount("select count(*) from page_views", 2_000, PATIENCE);
            line.process().kill9();
            assertThat(driver.acknowledgedAtLast()).hasSizeGreaterThan(2_000);
        }
        try (Line line = Line.up(data, ports, OFTEN);
                Driver driver = Driver.start(
                        data, line.ingest("/"), Driver.Load.of(60_000, 500).withoutRetries(), 2, SITE)) {
            Awaitility.await("load").atMost(PATIENCE).until(() -> driver.acknowledgedSoFar() > 1_000);
            assertThat(driver.acknowledgedAtLast()).hasSizeGreaterThan(1_000);
            assertThat(line.process().terminate(Duration.ofMinutes(1))).isIn(0, 143);
        }
        try (Line line = Line.up(data, ports, OFTEN)) {
            Awaitility.await("the word of three starts, two of them ended")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(() -> {
                        List<Accepted> epochs = Accepted.in(line);
                        assertThat(epochs).hasSize(3);
                        assertThat(epochs).filteredOn(Accepted::isFinal).hasSize(2);
                        for (Accepted epoch : epochs) {
                            epoch.assertDense();
                            assertThat(epoch.hits())
                                    .isEqualTo(
                                            epoch.isFinal() ? epoch.landed(line).size() : 0);
                        }
                    });
            List<Accepted> ended =
                    Accepted.in(line).stream().filter(Accepted::isFinal).toList();
            assertThat(ended).allMatch(epoch -> epoch.hits() > 1_000);
            System.out.println("audit: " + ended.stream().map(Accepted::hits).toList() + " hits of two starts in "
                    + ended.stream().map(epoch -> epoch.ranges().size()).toList() + " ranges");
            long batches = line.count("select count(*) from load_ledger");
            assertThat(line.count("select count(*) from bad_events where ingest_epoch is null"))
                    .isZero();
            assertThat(line.awaitCount("select count(*) from load_ledger", batches + 2, PATIENCE))
                    .as("an idle line goes on")
                    .isGreaterThan(batches);
            assertThat(line.process().terminate(Duration.ofMinutes(1))).isIn(0, 143);
        }
    }
}
