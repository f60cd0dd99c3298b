package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.kinesis.LocalKinesis;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A deployment: two nodes behind a load balancer, stopped and started one after the other, while browsers send. */
class RollingIT {
    private static final Duration EXIT = Duration.ofSeconds(30);

    /** More than the load balancer takes to notice; its checks are 200 ms apart. */
    private static final String LEAVE_DELAY = "--sluice.ingest.leave-delay=2s";

    @TempDir
    Path folder;

    @Test
    void nodesReplacedInTurn_noRequestFails_andNothingIsLost() throws Exception {
        Machine.needs("haproxy");
        SplittableRandom random = Trial.random("rolling");
        int rounds = Trial.fullOrShort(10, 2);
        try (LocalKinesis kinesis = StreamReader.start(folder.resolve("kinesis"));
                IngestNode a = IngestNode.start(setup(kinesis, "a"));
                IngestNode b = IngestNode.start(setup(kinesis, "b"));
                Balancer balancer = Balancer.start(folder, a, b);
                Driver driver = Driver.start(
                        folder,
                        balancer.address(),
                        Driver.Load.endless(700).withoutRetries(),
                        random.nextLong(1L << 40),
                        "rolling")) {
            Awaitility.await("load").atMost(Duration.ofSeconds(30)).until(() -> driver.acknowledgedSoFar() > 1_000);
            for (int round = 1; round <= rounds; round++) {
                for (IngestNode node : List.of(a, b)) {
                    int exit = node.process().terminate(EXIT);
                    assertThat(exit)
                            .as("exit code: %s", node.process().output())
                            .isIn(0, 143);
                    node.startAgain();
                    balancer.awaitBothUp();
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(1_000));
                }
            }
            Driver.Summary summary = driver.stop();
            Trial.say(rounds + " times both nodes: " + summary);
            assertThat(summary.refused() + summary.unanswered())
                    .as("%s; %s", summary, balancer.said())
                    .isZero();
            a.awaitDrained(Duration.ofSeconds(30));
            b.awaitDrained(Duration.ofSeconds(30));
            Ids.assertNothingLost(driver.acknowledged(), StreamReader.eventIds(kinesis.endpoint()));
        }
    }

    private IngestNode.Setup setup(LocalKinesis kinesis, String name) {
        return new IngestNode.Setup(
                folder.resolve("test-logs"), kinesis.endpoint(), folder.resolve("journal-" + name), LEAVE_DELAY);
    }
}
