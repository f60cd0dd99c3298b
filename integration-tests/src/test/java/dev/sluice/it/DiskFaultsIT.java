package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.local.kinesis.FaultPlan;
import dev.sluice.local.kinesis.LocalKinesis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The journal's disk fails, fills up, or gets slow. After a flush that failed nothing is promised any more, nobody is kept waiting,
 * and what was promised before is there once the disk works again. Kinesis takes nothing meanwhile, so that only the disk has it.
 */
class DiskFaultsIT {
    /** Longer than this no client waits; trackers give up after it. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** From a failed flush to the end of the process. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(20);

    private static final Duration RECOVERY = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private final SplittableRandom random = Trial.random("disk-faults");
    private LocalKinesis kinesis;

    @BeforeEach
    void startKinesis() throws Exception {
        kinesis = StreamReader.start(folder.resolve("kinesis"));
        kinesis.faults().set(FaultPlan.NONE.withDown(true));
    }

    @AfterEach
    void stopKinesis() throws Exception {
        kinesis.close();
    }

    static Stream<String> failures() {
        var all = List.of("fdatasync EIO", "pwrite64 EIO", "fdatasync ENOSPC", "pwrite64 ENOSPC");
        return all.stream().limit(Trial.fullOrShort(4, 2));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void callThatFails_endsThePromisesAndTheProcess_andKeepsThoseMade(String failure) throws Exception {
        Path calls = folder.resolve("strace.log");
        String[] callAndError = failure.split(" ");
        String fault = "error=" + callAndError[1] + ":when=" + random.nextInt(50, 150);
        var setup = setup(folder.resolve("journal"));
        Set<String> acknowledged;
        try (IngestNode node = IngestNode.start(setup.under(Machine.injecting(calls, callAndError[0], fault)));
                Probe probe = new Probe(node);
                Driver driver = driver(node, 1_000)) {
            Awaitility.await(fault)
                    .atMost(Duration.ofMinutes(1))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> Files.readString(calls).contains("(INJECTED)"));
            awaitEnd(node, probe);
            acknowledged = driver.acknowledgedAtLast();
        }
        Trial.say(callAndError[0] + " " + fault + ": " + acknowledged.size() + " acknowledged before");
        assertRecovered(acknowledged, setup);
    }

    @ParameterizedTest
    @CsvSource({"24MB, 4GB", "1MB, 12MB"})
    void diskAtItsLimit_isSaidSo_untilThereIsRoomAgain(String keepFree, String maxBytes) throws Exception {
        assumeTrue(Trial.full() || maxBytes.equals("4GB"), "in full only");
        try (LoopDisk disk = LoopDisk.create(folder, 48);
                IngestNode node = IngestNode.start(
                        setup(disk.path().resolve("journal"), "keep-free=" + keepFree, "max-bytes=" + maxBytes));
                Probe probe = new Probe(node);
                Driver driver = driver(node, 6_000)) {
            awaitRefusal(probe);
            for (int i = 0; i < 20; i++) {
                assertThat(probe.send().took()).isLessThan(PATIENCE);
            }
            Set<String> acknowledged = driver.acknowledgedAtLast();
            kinesis.faults().clear();
            node.awaitDrained(RECOVERY);
            Awaitility.await("room").atMost(PATIENCE).until(() -> probe.send().accepted());
            node.awaitDrained(RECOVERY);
            Trial.say("at most " + maxBytes + ", keep " + keepFree + ": " + acknowledged.size()
                    + " acknowledged before it was reached");
            assertThat(acknowledged).hasSizeGreaterThan(1_000);
            acknowledged.addAll(probe.acknowledged());
            Ids.assertNothingLost(acknowledged, StreamReader.eventIds(kinesis.endpoint()));
        }
    }

    @Test
    void diskThatIsReallyFull_isNoPromise_andTakesNoneBack() throws Exception {
        try (LoopDisk disk = LoopDisk.create(folder, 48)) {
            var setup = setup(disk.path().resolve("journal"), "keep-free=0B");
            Set<String> acknowledged;
            try (IngestNode node = IngestNode.start(setup);
                    Probe probe = new Probe(node);
                    Driver driver = driver(node, 6_000)) {
                disk.fillUpTo(6_000_000);
                awaitRefusal(probe);
                awaitEnd(node, probe);
                assertThat(node.process().output()).contains("No space left on device");
                acknowledged = driver.acknowledgedAtLast();
                acknowledged.addAll(probe.acknowledged());
            }
            Trial.say("full disk: " + acknowledged.size() + " acknowledged before");
            Path elsewhere = folder.resolve("journal");
            Machine.run("cp", "-a", setup.journal().toString(), elsewhere.toString());
            assertRecovered(acknowledged, setup(elsewhere));
        }
    }

    @Test
    void slowFlushes_areWaitedFor_orRefused_andNeverHang() throws Exception {
        var setup = setup(folder.resolve("journal"));
        var slow = Machine.injecting(folder.resolve("strace.log"), "fdatasync", "delay_enter=200000");
        Set<String> acknowledged;
        try (IngestNode node = IngestNode.start(setup.under(slow));
                Probe probe = new Probe(node);
                Driver driver = driver(node, 4_000, 800)) {
            Awaitility.await("load").atMost(Duration.ofMinutes(1)).until(() -> driver.acknowledgedSoFar() > 2_000);
            for (int i = 0; i < 20; i++) {
                Probe.Answer answer = probe.send();
                assertThat(answer.took()).isLessThan(PATIENCE);
                assertThat(answer.accepted() || (answer.status() == 503 && answer.retryAfter()))
                        .as("%s", answer)
                        .isTrue();
            }
            acknowledged = driver.acknowledgedAtLast();
            acknowledged.addAll(probe.acknowledged());
            node.process().kill9();
        }
        Trial.say("flushes of 200 ms: " + acknowledged.size() + " acknowledged");
        assertRecovered(acknowledged, setup);
    }

    /** @param limits what the test is about */
    private IngestNode.Setup setup(Path journal, String... limits) {
        var arguments = new ArrayList<>(List.of(
                "--sluice.ingest.journal.segment-bytes=4MB",
                // With Kinesis away there is nothing to wait for.
                "--sluice.ingest.send.drain-timeout=1s"));
        for (String limit : limits) {
            arguments.add("--sluice.ingest.journal." + limit);
        }
        return new IngestNode.Setup(
                folder.resolve("test-logs"), kinesis.endpoint(), journal, arguments.toArray(String[]::new));
    }

    private Driver driver(IngestNode node, int rate) throws IOException {
        return driver(node, rate, 32);
    }

    private Driver driver(IngestNode node, int rate, int connections) throws IOException {
        var load = Driver.Load.endless(rate).withoutRetries().over(connections);
        return Driver.start(folder, node.address(), load, random.nextLong(1L << 40), "disk-faults");
    }

    /** From now on nothing is promised and nobody is kept waiting; and the process ends by itself, as failed. */
    private static void awaitEnd(IngestNode node, Probe probe) throws Exception {
        long start = System.nanoTime();
        while (node.process().isAlive()) {
            Probe.Answer answer = probe.send();
            assertThat(answer.accepted()).as("%s after the failure", answer).isFalse();
            assertThat(answer.took()).isLessThan(PATIENCE);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("still running")
                    .isLessThan(LAST_WORDS);
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertThat(node.process().await(PATIENCE).exitCode()).isNotIn(0, 143);
    }

    /** Refused in good time; and 503 must say when to come again. */
    private static void awaitRefusal(Probe probe) {
        Awaitility.await("a refusal")
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    Probe.Answer answer = probe.send();
                    assertThat(answer.took()).isLessThan(PATIENCE);
                    assertThat(answer.status() != 503 || answer.retryAfter())
                            .as("%s says when to come again", answer)
                            .isTrue();
                    return !answer.accepted();
                });
    }

    /** The disk works again, and so does Kinesis. */
    private void assertRecovered(Set<String> acknowledged, IngestNode.Setup setup) throws Exception {
        assertThat(acknowledged).isNotEmpty();
        kinesis.faults().clear();
        try (IngestNode node = IngestNode.start(setup)) {
            node.awaitDrained(RECOVERY);
        }
        Ids.assertNothingLost(acknowledged, StreamReader.eventIds(kinesis.endpoint()));
    }
}
