package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a newcomer does, on the whole line in a process of its own. */
class EndToEndIT {
    private static final Duration LANDED = Duration.ofSeconds(30);

    @TempDir
    static Path data;

    private static Line line;

    @BeforeAll
    static void up() throws Exception {
        line = Line.up(data);
    }

    @AfterAll
    static void down() {
        line.close();
    }

    private static Path accessLog() {
        Path log = Launched.root().resolve("../shared/data/apache_logs.gz").normalize();
        boolean there = Files.exists(log);
        if (!there) {
            System.out.println(
                    "SKIPPED: the sample of 10,000 real requests is not here: ../shared/data/apache_logs.gz");
        }
        Assumptions.assumeTrue(there, "the sample of real requests is not here");
        return log;
    }

    private static long number(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as("'%s' in: %s", pattern, text).isTrue();
        return Long.parseLong(matcher.group(1).replace(",", ""));
    }

    @Test
    void accessLog_landsOnce_howeverOftenItIsSent() throws Exception {
        Path log = accessLog();
        String pageViews = "select count(*) from page_views where site_id = 'log'";
        Launched.Outcome first = line.run("send", "--access-log", log.toString(), "--rate", "2000", "--site-id", "log");
        assertThat(first.exitCode()).as(first.err()).isZero();
        long accepted = number(first.out(), "accepted ([0-9,]+)");
        assertThat(line.awaitCount(pageViews, accepted, LANDED)).isEqualTo(accepted);

        Launched.Outcome second =
                line.run("send", "--access-log", log.toString(), "--rate", "2000", "--site-id", "log");
        assertThat(number(second.out(), "accepted ([0-9,]+)")).isEqualTo(accepted);
        line.awaitCount(
                "select coalesce(sum(browser_duplicates + pipeline_duplicates), 0) from load_ledger", accepted, LANDED);
        assertThat(line.count(pageViews)).isEqualTo(accepted);
    }

    @Test
    void generated_allLandOnce_whileShardsSplit() throws Exception {
        String views = "select count(*) from page_views where site_id = 'reshard'";
        try (Launched send = line.start("send", "--generate", "30000", "--rate", "1700", "--site-id", "reshard")) {
            line.awaitCount(views, 1, LANDED);
            Launched.Outcome shards = line.run("shards", "--to", "4");
            assertThat(shards.out()).as(shards.err()).contains("sluice has 4 open shards");
            Launched.Outcome outcome = send.await(Duration.ofMinutes(2));
            assertThat(outcome.exitCode()).as(outcome.err()).isZero();
            assertThat(number(outcome.out(), "accepted ([0-9,]+)")).isEqualTo(30_000);
        }
        assertThat(line.awaitCount(views, 30_000, Duration.ofMinutes(1))).isEqualTo(30_000);
        assertThat(line.count("select count(distinct event_id) from page_views where site_id = 'reshard'"))
                .isEqualTo(30_000);
        List<String> freshness = line.query("select percentile_cont(0.5) within group (order by"
                        + " extract(epoch from loaded_at - received_at)), percentile_cont(0.95) within group (order by"
                        + " extract(epoch from loaded_at - received_at)) from page_views where site_id = 'reshard'")
                .getFirst();
        System.out.println("freshness at 1,700 events a second through a reshard, seconds: p50 " + freshness.get(0)
                + ", p95 " + freshness.get(1));
    }

    @Test
    void hostileInput_neverGivesAServerError_andEndsAsRowOrBadRow() throws Exception {
        var answers = new ArrayList<Integer>();
        long before = hits();
        int accepted = 0;
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (HttpRequest request : hostileRequests()) {
                int status = http.send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode();
                assertThat(status).as("%s", request).isLessThan(500);
                answers.add(status);
                if (status == 200) {
                    accepted++;
                }
            }
        }
        assertThat(answers).contains(200, 404, 422);
        line.awaitCount(HITS, before + accepted, LANDED);
        assertThat(hits()).isEqualTo(before + accepted);
        assertThat(line.count("select count(*) from bad_events where reason is null or raw is null"))
                .isZero();
    }

    /** Every hit that ended as a row or a bad row, named by its transport id; hits of duplicates are not among them. */
    private static final String HITS =
            "select count(*) from (select ingest_epoch, ingest_seq from page_views where site_id"
                    + " = 'hostile' union select ingest_epoch, ingest_seq from events where site_id = 'hostile' union select"
                    + " ingest_epoch, ingest_seq from bad_events) t";

    private static long hits() throws Exception {
        return line.count(HITS);
    }

    private static List<HttpRequest> hostileRequests() {
        var requests = new ArrayList<HttpRequest>();
        String tp2 = "/com.snowplowanalytics.snowplow/tp2";
        String schema = "iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4";
        String nasty = "\\u0000\\ud83c\\udf0a\\ud800 \\\"';\\r\\n,\\\\ =cmd|' /C calc'!A0";
        for (String body : List.of(
                "not json",
                "",
                "[]",
                "{\"schema\":\"iglu:com.acme/other/jsonschema/1-0-0\",\"data\":[]}",
                "{\"schema\":\"" + schema + "\",\"data\":[]}",
                "{\"schema\":\"" + schema
                        + "\",\"data\":[{\"e\":\"xx\",\"tv\":\"t\",\"p\":\"web\",\"aid\":\"hostile\"}]}",
                "{\"schema\":\"" + schema
                        + "\",\"data\":[{\"e\":\"pv\",\"tv\":\"t\",\"p\":\"web\",\"aid\":\"hostile\",\"cx\":\"%%%\"}]}",
                "{\"schema\":\"" + schema
                        + "\",\"data\":[{\"e\":\"pv\",\"tv\":\"t\",\"p\":\"web\",\"aid\":\"hostile\",\"url\":\""
                        + nasty + "\",\"page\":\"" + nasty + "\",\"refr\":\"" + nasty + "\",\"duid\":\"" + nasty
                        + "\",\"uid\":\"" + nasty + "\",\"lang\":\"" + nasty + "\",\"vp\":\"" + nasty + "\",\"tna\":\""
                        + nasty + "\",\"unknown\":\"" + nasty + "\",\"dtm\":\"" + nasty + "\"}]}",
                "[".repeat(100_000))) {
            requests.add(HttpRequest.newBuilder(line.ingest(tp2))
                    .header("Content-Type", "application/json; charset=UTF-8")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build());
        }
        requests.add(HttpRequest.newBuilder(line.ingest(tp2))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[2_000_000]))
                .build());
        requests.add(HttpRequest.newBuilder(line.ingest("/no/such/path")).build());
        for (String query : List.of(
                "e=pv&tv=t&p=web&aid=hostile&url=%00%F0%9F%8C%8A&page=%C3",
                "e=ue&tv=t&p=web&aid=hostile&ue_px="
                        + Base64.getEncoder().encodeToString("{".getBytes(StandardCharsets.UTF_8)),
                "",
                "&&&===")) {
            requests.add(HttpRequest.newBuilder(URI.create(line.ingest("/i") + "?" + query))
                    .build());
        }
        return requests;
    }

    @Test
    void status_showsEveryStage() throws Exception {
        Launched.Outcome outcome = line.run("status");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("accepted", "in stream", "staged", "loaded", "bad", "lag", "freshness")
                .containsPattern("ingest +up")
                .containsPattern("consumer +up")
                .containsPattern("loader +up")
                .containsPattern("warehouse +up");
    }

    @Test
    void doctor_findsNothingWrong() throws Exception {
        Launched.Outcome outcome = line.run("doctor");
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
        assertThat(outcome.out())
                .containsPattern("OK +ingest.health +up")
                .containsPattern("OK +warehouse.copy +one row")
                // How fast the disk is at the moment is not the line's doing.
                .doesNotContainPattern("(?m)^(FAIL|WARN) ++(?!journal\\.|machine\\.)");
    }

    @Test
    void query_givesCsvWithAHeaderLine() throws Exception {
        Launched.Outcome outcome = line.run("query", "select 1 as one, 'a,\"b' as two", "--format", "csv");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).isEqualToIgnoringNewLines("one,two\n1,\"a,\"\"b\"\n");
        assertThat(line.run("query", "select nonsense from nowhere").exitCode()).isEqualTo(1);
    }
}
