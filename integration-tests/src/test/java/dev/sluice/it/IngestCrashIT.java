package dev.sluice.it;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node dies under load, again and again, and each time goes on with what its journal holds; the rest of the line works on. */
class IngestCrashIT {
    private static final String SITE = "kill-9";

    @TempDir
    Path data;

    @Test
    void kill9OfANode_losesNothingThatWasAcknowledged_andDoublesNothing() throws Exception {
        SplittableRandom random = Trial.random("kill-9");
        int kills = Trial.fullOrShort(50, 3);
        try (Line line = Line.up(data);
                IngestNode node = IngestNode.start(
                        new IngestNode.Setup(data.resolve("test-logs"), line.kinesis(), data.resolve("node-journal")));
                Driver driver =
                        Driver.start(data, node.address(), Driver.Load.endless(700), random.nextLong(1L << 40), SITE)) {
            for (int kill = 1; kill <= kills; kill++) {
                long before = driver.acknowledgedSoFar();
                Awaitility.await("load")
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> driver.acknowledgedSoFar() > before + 300);
                TimeUnit.MILLISECONDS.sleep(random.nextInt(1_500));
                node.process().kill9();
                node.startAgain();
            }
            Set<String> acknowledged = driver.acknowledgedAtLast();
            node.awaitDrained(Duration.ofMinutes(1));
            Awaitility.await("all that was acknowledged")
                    .atMost(Duration.ofMinutes(1))
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(() -> Ids.assertNothingLost(acknowledged, Ids.inWarehouse(line, SITE)));
            Ids.assertEachOnce(line, SITE);
            Trial.say(kills + " kills: " + acknowledged.size() + " acknowledged, none lost, none doubled");
        }
    }
}
