package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A standby loader sends canaries through a line's public address, finds their rows, and no analyst sees them. */
@ExtendWith(SharedLine.class)
class CanaryIT {
    @TempDir
    Path folder;

    @Test
    void canaries_areFoundInTheWarehouse_andNotInAnalystsViews(Line line) throws Exception {
        try (ServiceNode loader = ServiceNode.start(
                "redshift-loader",
                folder.resolve("logs"),
                List.of(
                        "--sluice.aws.endpoint.s3=http://127.0.0.1:"
                                + line.ports().s3(),
                        "--sluice.loader.jdbc-url=jdbc:redshift://127.0.0.1:"
                                + line.ports().redshift() + "/dev?ssl=false",
                        "--sluice.canary.url=" + line.ingest(""),
                        "--sluice.canary.interval=1s"))) {
            loader.awaitUp();
            Awaitility.await("canaries to land")
                    .atMost(Duration.ofMinutes(1))
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> loader.metric("sluice_canary_e2e_seconds_count") >= 3);
            assertThat(loader.metric("sluice_canary_missed_total")).isZero();
            assertThat(loader.metric("sluice_canary_doubled_total")).isZero();
        }
        assertThat(line.count("select count(*) from page_views where site_id = 'sluice-canary'"))
                .isGreaterThanOrEqualTo(3);
        assertThat(line.count("select count(*) from page_views_clean where site_id = 'sluice-canary'"))
                .isZero();
    }
}
