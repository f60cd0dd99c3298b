package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kinesis gets slow, goes away, and comes back. Browsers don't notice, the load balancer doesn't, the heap doesn't grow with the
 * backlog, and the backlog is gone in less time than it took to gather, while the next hits come in.
 */
@ExtendWith(SharedLine.class)
class OutageIT {
    private static final String SITE = "outage";
    private static final int RATE = 1_000;
    private static final Duration OUTAGE = Duration.ofSeconds(Trial.fullOrShort(600, 20));
    private static final Duration CALM = Duration.ofSeconds(Trial.fullOrShort(60, 5));
    private static final Duration WARM_UP = Duration.ofSeconds(3);

    @TempDir
    Path data;

    private final Set<String> acknowledged = new HashSet<>();
    private final SplittableRandom random = Trial.random("outage");

    @Test
    void outageOfKinesis_isNotNoticed_andDrainsInLessTimeThanItLasted(Line line) throws Exception {
        try (var faults = new KinesisFaults(line.kinesis());
                IngestNode node = IngestNode.start(setup(line));
                HealthWatch health = HealthWatch.of(node)) {
            send(node, WARM_UP);
            report("undisturbed", send(node, CALM));
            faults.set("{\"latencyMillis\": {\"PutRecords\": 5000}}");
            report("Kinesis takes 5 s", send(node, CALM));

            long wentDown = System.nanoTime();
            faults.takeNothing();
            gatherBacklog(node);
            drain(node, faults, wentDown);

            assertThat(health.bad())
                    .as("health checks that were not answered 200")
                    .isZero();
            node.awaitDrained(OUTAGE);
            Awaitility.await("all that was acknowledged")
                    .atMost(OUTAGE.plusMinutes(1))
                    .pollInterval(Duration.ofSeconds(1))
                    .untilAsserted(() -> Ids.assertNothingLost(acknowledged, Ids.inWarehouse(line, SITE)));
            Ids.assertEachOnce(line, SITE);
            Trial.say(acknowledged.size() + " acknowledged, each once in the warehouse");
        }
    }

    /** So little heap that the backlog has no place in it: 600,000 hits take more than all of it. */
    private IngestNode.Setup setup(Line line) {
        var setup = new IngestNode.Setup(
                data.resolve("test-logs"),
                line.kinesis(),
                data.resolve("node-journal"),
                "--sluice.ingest.journal.memory-bytes=" + Trial.fullOrShort(64, 8) + "MB");
        return setup.with(
                new Launched.Jvm(List.of(), List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError")));
    }

    private Driver.Summary send(IngestNode node, Duration time) throws Exception {
        var load = Driver.Load.of(time.toSeconds() * RATE, RATE).withoutRetries();
        try (Driver driver = Driver.start(data, node.address(), load, random.nextLong(1L << 40), SITE)) {
            Driver.Summary summary = driver.await(time.plusMinutes(1));
            acknowledged.addAll(driver.acknowledged());
            assertThat(summary.accepted()).as("%s", summary).isEqualTo(load.events());
            return summary;
        }
    }

    private void gatherBacklog(IngestNode node) throws Exception {
        Driver.Summary first = send(node, OUTAGE.dividedBy(2));
        long heapThen = node.heapAfterGc();
        double pendingThen = node.pending();
        Driver.Summary second = send(node, OUTAGE.dividedBy(2));
        long heapNow = node.heapAfterGc();
        double pendingNow = node.pending();
        report("Kinesis is away", first);
        report("and away", second);
        Trial.say(String.format(
                Locale.ROOT,
                "heap after GC %.1f MB with %.0f hits pending, %.1f MB with %.0f",
                heapThen / 1e6,
                pendingThen,
                heapNow / 1e6,
                pendingNow));
        assertThat(pendingNow - pendingThen).isGreaterThanOrEqualTo(OUTAGE.toSeconds() / 2.0 * RATE);
        // In memory a hit takes 400 bytes or more; allowed are noise, and a tenth for the index of what is on the disk.
        assertThat(heapNow - heapThen).isLessThan((long) (1_500_000 + (pendingNow - pendingThen) * 40));
    }

    private void drain(IngestNode node, KinesisFaults faults, long wentDown) throws Exception {
        try (Driver live = Driver.start(
                data, node.address(), Driver.Load.endless(RATE).withoutRetries(), random.nextLong(1L << 40), SITE)) {
            Awaitility.await("live traffic")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> live.acknowledgedSoFar() > RATE);
            long lasted = System.nanoTime() - wentDown;
            double backlog = node.pending();
            faults.clear();
            Awaitility.await("the backlog to be gone")
                    .atMost(Duration.ofNanos(lasted))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> node.pending() < 2.0 * RATE);
            long drained = System.nanoTime() - wentDown - lasted;
            Driver.Summary summary = live.stop();
            acknowledged.addAll(live.acknowledged());
            assertThat(summary.accepted()).as("%s", summary).isEqualTo(summary.sent());
            report("while it drains", summary);
            Trial.say(String.format(
                    Locale.ROOT,
                    "%.0f hits of an outage of %.1f s drained in %.1f s",
                    backlog,
                    lasted / 1e9,
                    drained / 1e9));
        }
    }

    private static void report(String when, Driver.Summary summary) {
        Trial.say(String.format(
                Locale.ROOT,
                "%s: %d accepted, p50 %.1f ms, p99 %.1f ms, at most %.1f ms",
                when,
                summary.accepted(),
                summary.p50(),
                summary.p99(),
                summary.most()));
    }

    /** Asks for a node's health as a load balancer does. Owns the thread "health-watch" until it is closed. */
    private static final class HealthWatch implements AutoCloseable {
        private final IngestNode node;
        private final Thread thread =
                Thread.ofPlatform().daemon().name("health-watch").unstarted(this::run);
        private volatile int bad;

        private HealthWatch(IngestNode node) {
            this.node = node;
        }

        static HealthWatch of(IngestNode node) {
            var watch = new HealthWatch(node);
            watch.thread.start();
            return watch;
        }

        int bad() {
            return bad;
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // one writer; others only look
        private void run() {
            try {
                while (true) {
                    if (node.status("/health") != 200) {
                        bad++;
                    }
                    TimeUnit.MILLISECONDS.sleep(100);
                }
            } catch (InterruptedException e) {
                // close()
            }
        }

        @Override
        public void close() {
            thread.interrupt();
        }
    }
}
