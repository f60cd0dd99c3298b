package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How fast a consumer catches up beside {@code ./sluice tap}, and how fast alone: the same backlog in turns, each time by a consumer that
 * has read nothing yet. By {@code ./sluice trial tap} with many events, the consumer on a core of its own; the times are printed and
 * judge nothing.
 */
class TapThroughputIT {
    private static final int EVENTS = Trial.fullOrShort(300_000, 3_000);
    private static final int TURNS = Trial.fullOrShort(3, 1);
    private static final int RATE = 4_000;
    /** Before the backlog and behind it: whoever has seen all of these has read all of it. */
    private static final int MARKS = 50;

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String CONSUMERS_CORE = "0";
    private static final String OTHER_CORE = "1";

    @TempDir
    Path data;

    private final SplittableRandom random = Trial.random("tap");
    private final Line.Ports ports = Line.Ports.free();

    TapThroughputIT() throws Exception {}

    @Test
    void aBacklog_isCaughtUpWith_besideATapAndAlone() throws Exception {
        try (Line cloud = Line.cloud(data, ports)) {
            try (IngestNode ingest = IngestNode.start(
                    new IngestNode.Setup(data.resolve("test-logs"), cloud.kinesis(), data.resolve("journal")))) {
                send(ingest.address(), "mark", MARKS);
                send(ingest.address(), "backlog", EVENTS);
                send(ingest.address(), "mark", MARKS);
                Awaitility.await("all to be on the stream").atMost(PATIENCE).until(() -> ingest.pending() == 0);
            }
            pin(cloud.process(), OTHER_CORE);
            var alone = new ArrayList<Double>();
            var tapped = new ArrayList<Double>();
            for (int turn = 0; turn < TURNS; turn++) {
                boolean tapFirst = turn % 2 == 0;
                (tapFirst ? tapped : alone).add(turn(cloud, 2 * turn, tapFirst));
                (tapFirst ? alone : tapped).add(turn(cloud, 2 * turn + 1, !tapFirst));
            }
            Trial.say(String.format(
                    Locale.ROOT,
                    "%,d events: alone %s s, beside a tap %s s; throughput beside a tap %.2f of that alone",
                    EVENTS,
                    alone,
                    tapped,
                    alone.stream().mapToDouble(each -> each).sum()
                            / tapped.stream().mapToDouble(each -> each).sum()));
        }
    }

    private void send(URI collector, String site, int events) throws Exception {
        var load = Driver.Load.of(events, RATE).withoutRetries().over(64);
        try (Driver driver = Driver.start(data, collector, load, random.nextInt(1_000_000), site)) {
            assertThat(driver.await(PATIENCE).accepted()).isEqualTo(events);
        }
    }

    /** From its first record to when the last row is staged, in seconds. */
    private double turn(Line cloud, int turn, boolean besideATap) throws Exception {
        List<String> keys = List.of(
                "--sluice.aws.endpoint.kinesis=" + cloud.kinesis(),
                "--sluice.aws.endpoint.dynamodb=http://127.0.0.1:" + ports.dynamodb(),
                "--sluice.aws.endpoint.s3=http://127.0.0.1:" + ports.s3(),
                "--sluice.consumer.application=turn-" + turn,
                "--sluice.staging.prefix=turn-" + turn + "/",
                "--sluice.consumer.batch.max-rows=5000",
                // Its rules alone would fill half of the little heap.
                "--sluice.enrich.user-agent.enabled=false");
        Launched tap = besideATap ? tap(cloud) : null;
        try (ServiceNode consumer = ServiceNode.start("stream-consumer", data.resolve("test-logs"), keys)) {
            consumer.awaitUp();
            pin(consumer.process(), CONSUMERS_CORE);
            Awaitility.await("the first record")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> consumer.metric("sluice_consumer_records_total") > 0);
            long began = System.nanoTime();
            Awaitility.await("the last row")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> staged(consumer) >= EVENTS + 2 * MARKS);
            double seconds = (System.nanoTime() - began) / 1e9;
            assertThat(staged(consumer)).isEqualTo(EVENTS + 2.0 * MARKS);
            if (tap != null) {
                Launched.Outcome shown = tap.await(PATIENCE);
                assertThat(shown.exitCode()).as(shown.err()).isZero();
                assertThat(shown.out().lines()).hasSize(2 * MARKS);
            }
            return Math.round(10 * seconds) / 10.0;
        } finally {
            if (tap != null) {
                tap.close();
            }
        }
    }

    private static double staged(ServiceNode consumer) throws Exception {
        return consumer.metric("sluice_stage_rows_total", "table=\"page_views\"");
    }

    private static Launched tap(Line cloud) throws Exception {
        Launched tap = cloud.start(
                "tap",
                "--from",
                "1h",
                "--format",
                "json",
                "--filter",
                "site_id=mark",
                "--limit",
                String.valueOf(2 * MARKS));
        pin(tap, OTHER_CORE);
        return tap;
    }

    /** In full alone: elsewhere there may be one core only. */
    private static void pin(Launched process, String core) throws Exception {
        if (Trial.full()) {
            Machine.run("taskset", "-acp", core, String.valueOf(process.pid()));
        }
    }
}
