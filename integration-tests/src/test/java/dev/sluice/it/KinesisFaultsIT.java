package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Partial success is Kinesis' normal case: a third of all records is refused, and some answers get lost on their way. */
@ExtendWith(SharedLine.class)
class KinesisFaultsIT {
    private static final String SITE = "kinesis-faults";

    @TempDir
    Path data;

    @Test
    void refusedRecordsAndLostAnswers_neitherLoseNorDouble(Line line) throws Exception {
        SplittableRandom random = Trial.random("kinesis-faults");
        int events = Trial.fullOrShort(100_000, 20_000);
        try (var faults = new KinesisFaults(line.kinesis())) {
            faults.set("{\"recordFailureRate\": 0.3, \"lostAnswerRate\": 0.1, \"operations\": [\"PutRecords\"],"
                    + " \"seed\": " + random.nextInt(1_000_000) + "}");
            Set<String> acknowledged;
            try (Driver driver = Driver.start(
                    data, line.ingest("/"), Driver.Load.of(events, 1_700), random.nextLong(1L << 40), SITE)) {
                Driver.Summary summary = driver.await(Duration.ofMinutes(5));
                assertThat(summary.accepted()).isEqualTo(events);
                acknowledged = driver.acknowledged();
            }
            line.awaitCount(
                    "select count(*) from page_views where site_id = '" + SITE + "'", events, Duration.ofMinutes(2));
            Ids.assertNothingLost(acknowledged, Ids.inWarehouse(line, SITE));
            Ids.assertEachOnce(line, SITE);
            assertThat(acknowledged).hasSize(events);
            String shown = faults.show();
            Trial.say(events + " events, each once in the warehouse; " + shown.substring(shown.indexOf("\"counts\"")));
            assertThat(shown).doesNotContain("\"recordFailures\":0,", "\"lostAnswers\":0,");
        }
    }
}
