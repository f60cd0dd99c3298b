package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.kinesis.FaultPlan;
import dev.sluice.local.kinesis.LocalKinesis;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A 2xx means: on the disk. The plug is pulled under load, while the stream takes nothing, so that only the journal has the hits;
 * and the operating system's memory, which survives {@code kill -9}, is gone.
 */
class PowerLossIT {
    private static final Duration RECOVERY = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    @Test
    void powerCut_losesNothingThatWasAcknowledged() throws Exception {
        SplittableRandom random = Trial.random("power-loss");
        try (LoopDisk disk = LoopDisk.create(folder, 512);
                LocalKinesis kinesis = StreamReader.start(folder.resolve("kinesis"))) {
            var setup = setup(disk, kinesis);
            var acknowledged = new HashSet<String>();
            for (int round = 1; round <= Trial.fullOrShort(20, 2); round++) {
                Set<String> ofRound = runUntilPowerCut(setup, disk, kinesis, random);
                assertThat(ofRound).hasSizeGreaterThan(200);
                acknowledged.addAll(ofRound);
                if (round % 2 == 0) {
                    Set<String> recovered = recovered(setup, kinesis);
                    Trial.say(round + " power cuts: " + acknowledged.size() + " acknowledged, "
                            + Ids.lost(acknowledged, recovered).size() + " lost");
                    Ids.assertNothingLost(acknowledged, recovered);
                }
            }
        }
    }

    /** The same must lose when flushes do nothing, or it shows nothing. */
    @Test
    void withoutFlushes_theSamePowerCutLoses() throws Exception {
        var withoutFlushes = Machine.injecting(folder.resolve("strace.log"), "fdatasync,fsync", "retval=0");
        SplittableRandom random = Trial.random("power-loss, control");
        try (LoopDisk disk = LoopDisk.create(folder, 512);
                LocalKinesis kinesis = StreamReader.start(folder.resolve("kinesis"))) {
            var setup = setup(disk, kinesis);
            Set<String> acknowledged = runUntilPowerCut(setup.under(withoutFlushes), disk, kinesis, random);
            Set<String> lost = Ids.lost(acknowledged, recovered(setup, kinesis));
            Trial.say("power cut without flushes: " + acknowledged.size() + " acknowledged, " + lost.size() + " lost");
            assertThat(lost).isNotEmpty();
        }
    }

    private IngestNode.Setup setup(LoopDisk disk, LocalKinesis kinesis) {
        return new IngestNode.Setup(
                folder.resolve("test-logs"), kinesis.endpoint(), disk.path().resolve("journal"));
    }

    /** What was acknowledged until then. */
    private Set<String> runUntilPowerCut(
            IngestNode.Setup setup, LoopDisk disk, LocalKinesis kinesis, SplittableRandom random) throws Exception {
        kinesis.faults().set(FaultPlan.NONE.withDown(true));
        try (IngestNode node = IngestNode.start(setup);
                Driver driver = Driver.start(
                        folder, node.address(), Driver.Load.endless(2_000), random.nextLong(1L << 40), "power")) {
            Awaitility.await("load").atMost(Duration.ofSeconds(30)).until(() -> driver.acknowledgedSoFar() > 500);
            TimeUnit.MILLISECONDS.sleep(random.nextInt(2_000));
            node.process().freeze();
            disk.cutPower();
            // Answers that had left the process are read; then the driver must not keep waiting for a frozen one.
            TimeUnit.MILLISECONDS.sleep(200);
            Set<String> acknowledged = driver.acknowledgedAtLast();
            node.process().kill9();
            disk.powerOn();
            return acknowledged;
        }
    }

    /** What the stream has once a node has run on what the disk still held. */
    private static Set<String> recovered(IngestNode.Setup setup, LocalKinesis kinesis) throws Exception {
        kinesis.faults().clear();
        try (IngestNode node = IngestNode.start(setup)) {
            node.awaitDrained(RECOVERY);
        }
        return StreamReader.eventIds(kinesis.endpoint());
    }
}
