package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * {@code ./sluice replay --bad} beside a running line: a schema was too strict, and what it rejected becomes rows, each once, though
 * the first run is killed within its transaction and two more run at once. Afterwards everything adds up.
 */
@Timeout(420)
class BadReplayIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int REQUESTS = 60;
    private static final String SCHEMA = "shop/order/jsonschema/1-0-0";
    private static final String STRICT = "{\"type\":\"object\",\"required\":[\"id\"],\"properties\":{\"id\":{\"type\":"
            + "\"string\"},\"total\":{\"type\":\"number\"}}}";
    private static final String LOOSE = STRICT.replace("{\"type\":\"number\"}", "{}");

    @TempDir
    Path data;

    @TempDir
    Path folder;

    private final Instant from = Instant.now().minusSeconds(60);

    @Test
    void replayBad_movesWhatALooserSchemaTakes_eachOnce_andTheBooksHold() throws Exception {
        Path strict = schemas("strict", STRICT);
        Path loose = schemas("loose", LOOSE);
        String code = ChangedEnricher.compileIn(folder).toString();
        try (Line line = Line.up(
                data,
                Line.Ports.free(),
                List.of("-Dsluice.archive.max-age=2s", "-Dsluice.enrich.schemas.folder=" + strict))) {
            for (int i = 0; i < REQUESTS; i++) {
                // A page view, one of which an entity is rejected, an order, and one that is rejected.
                send(line, pageView("1"), pageView("\"1\""), order("1"), order("\"1\""));
            }
            send(line, "{\"e\":\"ue\",\"p\":\"web\",\"ue_pr\":" + quoted(unstruct("{\"total\":1}")) + "}");
            post(line, "no json");
            line.awaitCount("select count(*) from bad_events", 2L * REQUESTS + 2, PATIENCE);
            line.awaitCount("select count(*) from page_views", REQUESTS, PATIENCE);
            line.awaitCount("select count(*) from events", REQUESTS, PATIENCE);
            awaitArchive(line, loose);

            Launched.Outcome without = replay(line);
            assertThat(without.out())
                    .contains((2 * REQUESTS + 1) + " of schema_invalid were not tried: name --schemas");
            assertLine(line, 0);

            killed(line, loose, code);
            assertLine(line, 0);

            try (Launched one = line.start(arguments("--schemas", loose.toString(), "--enrich", code));
                    Launched other = line.start(arguments("--schemas", loose.toString(), "--enrich", code))) {
                assertThat(one.await(PATIENCE).exitCode()).as(one.output()).isZero();
                assertThat(other.await(PATIENCE).exitCode()).as(other.output()).isZero();
            }
            assertLine(line, REQUESTS);
            // The code that was named has made them.
            assertThat(line.count("select count(*) from page_views where viewport_width = " + ChangedEnricher.WIDTH))
                    .isEqualTo(REQUESTS);
            assertThat(line.query("select reason, count(*) from bad_events group by reason order by reason"))
                    .containsExactly(List.of("not_json", "1"), List.of("schema_invalid", "1"));

            Launched.Outcome again = replay(line, "--schemas", loose.toString());
            assertThat(again.out()).contains("still bad: not_json 1, schema_invalid 1", "page_views +0, events +0");
            assertLine(line, REQUESTS);
            assertThat(runsWithFiles(line))
                    .as("only the run that was killed left files")
                    .hasSize(1);

            Launched.Outcome sound = line.run("reconcile");
            assertThat(sound.exitCode()).as(sound.out() + sound.err()).isZero();
        }
    }

    /** Each table's rows, each once, when so many were moved to each. */
    private static void assertLine(Line line, long moved) throws Exception {
        for (String table : List.of("page_views", "events")) {
            assertThat(line.count("select count(*) from " + table)).as(table).isEqualTo(REQUESTS + moved);
            assertThat(line.count("select count(*) from (select distinct ingest_epoch, ingest_seq, ingest_index from "
                            + table + ") d"))
                    .as(table)
                    .isEqualTo(REQUESTS + moved);
        }
        assertThat(line.count("select count(*) from bad_events")).isEqualTo(2 * (REQUESTS - moved) + 2);
    }

    /** Its rows are copied then, and nothing is committed; loads do not touch that table. */
    private void killed(Line line, Path schemas, String code) throws Exception {
        try (Connection connection = line.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE page_views_daily_due");
            try (Launched dying = line.start(arguments("--schemas", schemas.toString(), "--enrich", code))) {
                Awaitility.await("the move to wait within its transaction")
                        .atMost(PATIENCE)
                        .until(() -> line.count("select count(*) from pg_locks l join pg_class c on c.oid = l.relation"
                                        + " where c.relname = 'page_views_daily_due' and not l.granted")
                                > 0);
                dying.kill9();
            }
            connection.rollback();
        }
    }

    /** A dry run finds all the originals. */
    private void awaitArchive(Line line, Path schemas) {
        Awaitility.await("the archive to have all")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(replay(line, "--schemas", schemas.toString(), "--dry-run")
                                .out())
                        .containsPattern("schema_invalid +" + (2 * REQUESTS + 1) + " +" + 2 * REQUESTS + " +1 +0"));
    }

    private Launched.Outcome replay(Line line, String... more) throws Exception {
        Launched.Outcome outcome = line.run(arguments(more));
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        return outcome;
    }

    private String[] arguments(String... more) {
        var all = new ArrayList<>(List.of(
                "replay",
                "--bad",
                "--no-user-agents",
                "--from",
                from.toString(),
                "--to",
                from.plus(Duration.ofHours(1)).toString()));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private Path schemas(String name, String schema) throws Exception {
        Path root = folder.resolve(name);
        Path file = root.resolve(SCHEMA);
        Files.createDirectories(file.getParent());
        Files.writeString(file, schema);
        return root;
    }

    private static List<String> runsWithFiles(Line line) {
        try (S3Client s3 = line.s3()) {
            return s3
                    .listObjectsV2Paginator(list -> list.bucket("sluice-local").prefix("replay/bad-"))
                    .contents()
                    .stream()
                    .map(object -> object.key().split("/")[1])
                    .distinct()
                    .toList();
        }
    }

    private static String pageView(String total) {
        String entities = "{\"schema\":\"iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-0\",\"data\":["
                + document(total) + "]}";
        return "{\"e\":\"pv\",\"p\":\"web\",\"url\":\"https://shop.example/\",\"co\":" + quoted(entities) + "}";
    }

    private static String order(String total) {
        return "{\"e\":\"ue\",\"p\":\"web\",\"ue_pr\":" + quoted(unstruct("{\"id\":\"a\",\"total\":" + total + "}"))
                + "}";
    }

    private static String unstruct(String order) {
        return "{\"schema\":\"iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0\",\"data\":{\"schema\":"
                + "\"iglu:" + SCHEMA + "\",\"data\":" + order + "}}";
    }

    private static String document(String total) {
        return "{\"schema\":\"iglu:" + SCHEMA + "\",\"data\":{\"id\":\"a\",\"total\":" + total + "}}";
    }

    private static String quoted(String json) {
        return '"' + json.replace("\"", "\\\"") + '"';
    }

    private static void send(Line line, String... events) throws Exception {
        post(
                line,
                "{\"schema\":\"iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4\",\"data\":["
                        + String.join(",", events) + "]}");
    }

    private static void post(Line line, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(line.ingest("/com.snowplowanalytics.snowplow/tp2"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThat(client.send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(200);
        }
    }
}
