package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./sluice replay} of many archived requests, beside the line's own rows of them: how fast it is, and that each is there once after
 * it was killed half-way and run again. By {@code ./sluice trial replay} a million of them; times are told and never judged.
 */
@Timeout(3600)
class ReplaySpeedIT {
    private static final int EVENTS = Trial.fullOrShort(1_000_000, 20_000);
    /** 100,000 a minute, and a little more. */
    private static final int RATE = 1_700;

    private static final Duration PATIENCE = Duration.ofMinutes(Trial.fullOrShort(30, 3));

    @TempDir
    static Path data;

    private static Line cloud;
    private static Instant from;
    private static Instant to;

    @BeforeAll
    static void start() throws Exception {
        cloud = Line.cloud(data, Line.Ports.free());
        String s3 = "http://127.0.0.1:" + cloud.ports().s3();
        try (ServiceNode loader = ServiceNode.start(
                "redshift-loader",
                data.resolve("test-logs"),
                List.of(
                        "--sluice.aws.endpoint.s3=" + s3,
                        "--sluice.loader.jdbc-url=jdbc:redshift://127.0.0.1:"
                                + cloud.ports().redshift() + "/dev?ssl=false"))) {
            // Its tables are all that is wanted of it.
            loader.awaitUp();
            cloud.awaitCount("select count(*) from schema_version", migrations(), Duration.ofMinutes(2));
        }
        from = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(2));
        to = from.plus(Duration.ofHours(1));
        long bytes = ArchivedTraffic.write(s3, new ArchivedTraffic.Amount(EVENTS, RATE), from);
        Trial.say(String.format(
                Locale.ROOT,
                "replay: the archive has %,d requests in %,d bytes, received at %,d/s",
                EVENTS,
                bytes,
                RATE));
    }

    private static long migrations() throws IOException {
        Path scripts = Launched.root().resolve("redshift-loader/src/main/resources/db");
        try (Stream<Path> files = Files.list(scripts)) {
            return files.filter(file -> file.toString().endsWith(".sql")).count();
        }
    }

    @AfterAll
    static void stop() {
        cloud.close();
    }

    @Test
    void replay_killedHalfWayAndRunAgain_hasEachEventOnce_andSaysHowFastItIs() throws Exception {
        // Of what the line has no row of; then the line has them.
        say("into an empty line", replay("page_views_first"));
        assertEachOnce("page_views_first");
        cloud.update("insert into page_views select * from page_views_first");
        cloud.update("drop table page_views_first");

        killedHalfWay();
        Launched.Outcome rest = replay("page_views_killed");
        assertThat(rest.out()).contains("were done before");
        say("the rest, after it was killed half-way", rest);
        assertEachOnce("page_views_killed");
        cloud.update("drop table page_views_killed");

        if (Trial.full()) {
            say("beside the line's rows", replay("page_views_next"));
            cloud.update("drop table page_views_next");
            // All of the enrichment, and then all of the warehouse's part.
            say("one after the other", replay("page_views_alone", "--commit-rows", "1000000000"));
            assertEachOnce("page_views_alone");
        }
    }

    private static void say(String what, Launched.Outcome replay) {
        Trial.say("replay, " + what + ": "
                + replay.out().lines().findFirst().orElse("").strip());
    }

    private static void killedHalfWay() throws Exception {
        try (Launched dying = cloud.start(arguments("page_views_killed"))) {
            Awaitility.await("half of it to be committed")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> committed() >= EVENTS / 2);
            dying.kill9();
        }
        long before = cloud.count("select count(*) from page_views_killed");
        Trial.say(String.format(Locale.ROOT, "replay: killed when %,d of %,d were there", before, EVENTS));
        assertThat(before).as("killed in the midst of it").isBetween(EVENTS / 2L, EVENTS - 1L);
    }

    private static long committed() throws Exception {
        // There is no such table before the first replay, and no row before its first commit.
        return cloud.count(
                "select coalesce(sum(\"rows\"), 0) from replay_progress where replay like 'page_views_killed %'");
    }

    private static void assertEachOnce(String table) throws Exception {
        assertThat(cloud.query(
                                "select count(*), count(distinct ingest_epoch || '/' || ingest_seq || '/' || ingest_index),"
                                        + " count(distinct event_id) from " + table)
                        .getFirst())
                .as(table)
                .containsOnly(String.valueOf(EVENTS));
    }

    private static Launched.Outcome replay(String into, String... more) throws Exception {
        try (Launched replay = cloud.start(arguments(into, more))) {
            Launched.Outcome outcome = replay.await(PATIENCE);
            assertThat(outcome.exitCode()).as(outcome.err()).isZero();
            return outcome;
        }
    }

    private static String[] arguments(String into, String... more) {
        var all = new ArrayList<>(List.of("replay", "--from", from.toString(), "--to", to.toString(), "--into", into));
        if (more.length == 0) {
            all.addAll(List.of("--commit-rows", String.valueOf(EVENTS / 8)));
        }
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}
