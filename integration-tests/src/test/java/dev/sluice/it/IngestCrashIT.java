package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A node dies under load, again and again, and each time goes on with what its journal holds; the rest of the line works on. */
@ExtendWith(SharedLine.class)
class IngestCrashIT {
    private static final String SITE = "kill-9";

    @TempDir
    Path data;

    @Test
    void kill9OfANode_losesNothingThatWasAcknowledged_andDoublesNothing(Line line) throws Exception {
        SplittableRandom random = Trial.random("kill-9");
        int kills = Trial.fullOrShort(50, 3);
        try (IngestNode node = IngestNode.start(
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
                if (kill % 10 == 0) {
                    Trial.say(kill + " kills: " + driver.acknowledgedSoFar() + " acknowledged");
                }
            }
            Set<String> acknowledged = driver.acknowledgedAtLast();
            node.awaitDrained(Duration.ofMinutes(1));
            assertNothingOfTheDeadIsLeft(node);
            Awaitility.await("all that was acknowledged")
                    .atMost(Duration.ofMinutes(1))
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(() -> Ids.assertNothingLost(acknowledged, Ids.inWarehouse(line, SITE)));
            Ids.assertEachOnce(line, SITE);
            Trial.say(kills + " kills: " + acknowledged.size() + " acknowledged, none lost, none doubled");
        }
    }

    /** All is in the stream: of all the starts' segments there is at most the one that is being written to. */
    private static void assertNothingOfTheDeadIsLeft(IngestNode node) {
        Awaitility.await("an empty journal").atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            try (Stream<Path> files = Files.list(node.journal())) {
                assertThat(files.filter(file -> !file.endsWith("journal.lock"))).hasSizeLessThanOrEqualTo(1);
            }
        });
    }
}
