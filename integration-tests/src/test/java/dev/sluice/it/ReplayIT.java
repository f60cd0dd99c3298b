package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What was archived, run again beside a running line: the same code gives the same, changed code what was changed. */
@Timeout(420)
class ReplayIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int EACH = 150;
    private static final int ROUNDS = 4;
    private static final long ROWS = ROUNDS * EACH + 1;

    @TempDir
    Path data;

    @TempDir
    Path folder;

    private final Instant from = Instant.now().minusSeconds(60);

    @Test
    void replay_comparesEqual_showsWhatChangedCodeChanges_andIsPromotedAndTakenBack() throws Exception {
        // Archive objects within seconds, not a minute.
        try (Line line = Line.up(data, Line.Ports.free(), List.of("-Dsluice.archive.max-age=2s"))) {
            for (int round = 0; round < ROUNDS; round++) {
                send(line);
            }
            // Left out by the line, and so it must be here.
            sendTwice(line);
            line.awaitCount("select count(*) from page_views", ROWS, PATIENCE);
            line.awaitCount("select count(*) from browser_repeats", 1, PATIENCE);
            Instant to = Instant.now();

            awaitArchive(line, to);
            assertThat(compared(line, "page_views_same").get("same").asBoolean())
                    .isTrue();
            assertThat(line.run("compare", "events", "events_same").out()).contains("the same in all");

            killedTwice(line, to);
            assertThat(replay(line, to, "page_views_killed").exitCode()).isZero();
            assertThat(compared(line, "page_views_killed").get("same").asBoolean())
                    .isTrue();
            assertThat(line.count("select count(*) from page_views_killed")).isEqualTo(ROWS);
            assertThat(hasFiles(line, "page_views_killed")).isFalse();

            replay(
                    line,
                    to,
                    "page_views_wide",
                    "--enrich",
                    ChangedEnricher.compileIn(folder).toString());
            JsonNode changes = compared(line, "page_views_wide").get("changes");
            assertThat(changes).hasSize(1);
            assertThat(changes.get(0).get("column").asString()).isEqualTo("viewport_width");
            assertThat(changes.get(0).get("rate").asDouble()).isEqualTo(1);

            promotedAndTakenBack(line);
        }
    }

    private static void promotedAndTakenBack(Line line) throws Exception {
        long before = line.count("select sum(viewport_width) from page_views");
        assertThat(line.run("promote", "page_views_wide", "--to", "page_views").exitCode())
                .isZero();
        assertThat(line.count("select count(*) from page_views where viewport_width = 4711"))
                .isEqualTo(ROWS);
        Launched.Outcome sound = line.run("reconcile");
        assertThat(sound.exitCode()).as(sound.out() + sound.err()).isZero();
        Launched.Outcome undone = line.run("promote", "page_views_wide", "--to", "page_views", "--undo");
        assertThat(undone.exitCode()).as(undone.err()).isZero();
        assertThat(line.count("select sum(viewport_width) from page_views")).isEqualTo(before);
        assertThat(line.run("reconcile").exitCode()).isZero();
    }

    /** Once within its first transaction, and once after something was committed, wherever it is then. */
    private void killedTwice(Line line, Instant to) throws Exception {
        try (Connection connection = line.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE browser_repeats");
            try (Launched dying = startReplay(line, to)) {
                Awaitility.await("files in the bucket")
                        .atMost(PATIENCE)
                        .until(() -> hasFiles(line, "page_views_killed"));
                dying.kill9();
            }
            connection.rollback();
        }
        assertThat(line.count("select count(*) from page_views_killed")).isZero();
        try (Launched dying = startReplay(line, to)) {
            Awaitility.await("something to be committed")
                    .pollInterval(Duration.ofMillis(50))
                    .atMost(PATIENCE)
                    .until(() -> committed(line) > 0);
            dying.kill9();
        }
    }

    private static long committed(Line line) throws SQLException {
        return line.count(
                "select count(*) from replay_progress where replay like 'page_views_killed %' and \"rows\" > 0");
    }

    private Launched startReplay(Line line, Instant to) throws Exception {
        return line.start(arguments(to, "page_views_killed", "--commit-rows", "1", "--threads", "1"));
    }

    /** Run again it takes what has come to the archive since. */
    private void awaitArchive(Line line, Instant to) {
        Awaitility.await("the archive to have all")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    replay(line, to, "page_views_same", "--events-into", "events_same");
                    return compared(line, "page_views_same").get("only_one").asLong() == 0;
                });
    }

    private Launched.Outcome replay(Line line, Instant to, String into, String... more) throws Exception {
        Launched.Outcome outcome = line.run(arguments(to, into, more));
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("times real time");
        return outcome;
    }

    private String[] arguments(Instant to, String into, String... more) {
        var all = new ArrayList<>(List.of("replay", "--from", from.toString(), "--to", to.toString(), "--into", into));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static JsonNode compared(Line line, String other) throws Exception {
        Launched.Outcome outcome = line.run("compare", "page_views", other, "--format", "json");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        return JSON.readTree(outcome.out());
    }

    private static boolean hasFiles(Line line, String replay) {
        try (S3Client s3 = line.s3()) {
            return s3.listObjectsV2(list -> list.bucket("sluice-local").prefix("replay/" + replay + "/"))
                    .hasContents();
        }
    }

    private static void send(Line line) throws Exception {
        Launched.Outcome sent = line.run(
                "send",
                "--generate",
                String.valueOf(EACH),
                "--to",
                line.ingest("").toString(),
                "--site-id",
                "replay");
        assertThat(sent.exitCode()).as(sent.err()).isZero();
    }

    private static void sendTwice(Line line) throws Exception {
        URI uri = line.ingest("/i?e=pv&p=web&aid=replay&url=https%3A%2F%2Fshop.example%2F&eid=" + UUID.randomUUID());
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < 2; i++) {
                HttpRequest request = HttpRequest.newBuilder(uri).build();
                assertThat(client.send(request, HttpResponse.BodyHandlers.discarding())
                                .statusCode())
                        .isEqualTo(200);
            }
        }
    }
}
