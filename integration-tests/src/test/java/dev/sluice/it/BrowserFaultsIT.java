package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.it.FaultyProxy.Mood;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The published tracker while something between the page and the stream does not work. It keeps what was not answered by 2xx, 400 or
 * 422, has no timer, and sends its queue again with the next event: every event must land, and land once.
 *
 * <p>{@code -Dsluice.trial=full} makes outages last a minute instead of seconds.
 */
class BrowserFaultsIT {
    private static final Duration LANDED = Duration.ofMinutes(1);
    private static final Duration OUTAGE =
            "full".equals(System.getProperty("sluice.trial")) ? Duration.ofMinutes(1) : Duration.ofSeconds(3);
    private static final String TP2 = "/com.snowplowanalytics.snowplow/tp2";

    @TempDir
    static Path folder;

    @RegisterExtension
    static final BrowserStage stage = new BrowserStage();

    private static FaultyProxy balancer;

    @BeforeAll
    static void putABalancerBefore() throws Exception {
        balancer = FaultyProxy.start(stage.line().ingest(""));
    }

    @AfterAll
    static void removeIt() {
        balancer.close();
    }

    @BeforeEach
    void allIsWell() {
        balancer.be(Mood.WELL);
    }

    /** Opens a page on a host of its own and starts a tracker in it that sends to this collector. */
    private static void open(String siteId, String path, URI collector, String options) throws Exception {
        stage.browser().open(stage.site().page(siteId + ".localhost", path));
        stage.browser().evaluate("track('%s', '%s', %s)".formatted(collector, siteId, options));
    }

    private static void track(String label) throws Exception {
        stage.browser().evaluate("sp.trackStructEvent({ category: 'test', action: 'track', label: '" + label + "' })");
    }

    private static void awaitAnswer(String answer) {
        stage.browser().waitFor("answers.at(-1) == '" + answer + "'");
    }

    private static void awaitEmptyQueue() {
        stage.browser().waitFor("localStorage.getItem('snowplowOutQueue_sp') === '[]'");
    }

    /** These events of the site are rows, each once, and there are no others. */
    private static void assertLanded(String siteId, List<String> labels) throws Exception {
        assertThat(EventRow.of(stage.line(), "events", siteId, labels.size()))
                .extracting(row -> row.text("label"))
                .containsExactlyInAnyOrderElementsOf(labels);
    }

    private static List<String> numbered(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    @Test
    void answersLostAfterAccept_areRepeatsOfTheSameEvents_andOneRowEach() throws Exception {
        open("lost", "/", balancer.address(), "{}");
        track("before");
        awaitAnswer("200");
        int lostBefore = balancer.lostAnswers();
        balancer.be(Mood.ANSWERS_LOST);
        track("first");
        awaitAnswer("no answer");
        track("second");
        stage.browser().waitFor("answers.length >= 3");
        assertThat(balancer.lostAnswers()).isGreaterThan(lostBefore + 1);
        // Some repeats come together with the first, in one load; these come after it has been loaded.
        assertLanded("lost", List.of("before", "first", "second"));
        balancer.be(Mood.WELL);
        track("after");
        awaitEmptyQueue();

        assertLanded("lost", List.of("before", "first", "second", "after"));
        // The last batch was two events that were there before, and one that was not.
        stage.line().awaitCount("select coalesce(sum(browser_duplicates), 0) from load_ledger", 3, LANDED);
        assertLanded("lost", List.of("before", "first", "second", "after"));
    }

    @Test
    void lastEventOfAPage_landsWithKeepalive() throws Exception {
        balancer.be(Mood.SLOW);
        open("last", "/", balancer.address(), "{ keepalive: true }");
        // Left while the browser still asks whether the page may send at all. Nobody starts a tracker on the next page,
        // so nothing
        // is sent again from there.
        stage.browser()
                .evaluate("(() => { sp.trackStructEvent({ category: 'test', action: 'track', label: 'bye' });"
                        + " location.href = '/next'; })()");
        stage.browser().waitFor("location.pathname === '/next' && document.readyState === 'complete'");
        assertLanded("last", List.of("bye"));
    }

    @Test
    void outageBeforeTheCollector_deliversEachEventOnce_fromTheNextPageToo() throws Exception {
        open("away", "/one", balancer.address(), "{}");
        track("before");
        awaitAnswer("200");
        balancer.be(Mood.UNAVAILABLE);
        int during = trackDuringOutage("during-");
        // The queue outlives its page.
        open("away", "/two", balancer.address(), "{}");
        track("next page");
        stage.browser().waitFor("answers.length === 1");
        assertThat(stage.browser().evaluate("answers.join()")).isEqualTo("no answer");
        balancer.be(Mood.WELL);
        track("after");
        awaitEmptyQueue();

        var labels = new ArrayList<>(numbered("during-", during));
        labels.addAll(List.of("before", "next page", "after"));
        assertLanded("away", labels);
    }

    /** Somebody goes on using the page all the time; how many events that makes. */
    private static int trackDuringOutage(String prefix) throws Exception {
        long start = System.nanoTime();
        int events = 0;
        while (System.nanoTime() - start < OUTAGE.toNanos()) {
            track(prefix + events++);
            stage.browser().evaluate("new Promise(done => setTimeout(() => done(''), 150))");
        }
        return events;
    }

    @Test
    void collectorWithoutRoom_says503_andDeliversEachEventOnce_whenKinesisIsBack() throws Exception {
        int port = freePort();
        URI collector = URI.create("http://127.0.0.1:" + port);
        try (FaultyProxy kinesis = FaultyProxy.start(stage.line().kinesis());
                Launched node = ingestNode(port, kinesis.address())) {
            awaitHealth(node, collector);
            open("full", "/one", collector, "{}");
            track("before");
            awaitAnswer("200");
            kinesis.be(Mood.UNAVAILABLE);
            int filled = fill(collector);
            System.out.println("503 after " + filled + " requests without Kinesis");

            int during = trackDuringOutage("during-");
            awaitAnswer("503");
            assertThat(stage.browser().evaluate("[...new Set(answers)].join()")).isEqualTo("200,503");
            open("full", "/two", collector, "{}");
            track("next page");
            awaitAnswer("503");
            assertThat(node.isAlive()).isTrue();

            kinesis.be(Mood.WELL);
            int after = trackUntilAnswered200("after-");
            awaitEmptyQueue();
            var labels = new ArrayList<>(numbered("during-", during));
            labels.addAll(numbered("after-", after));
            labels.addAll(List.of("before", "next page"));
            assertLanded("full", labels);
            stage.line().awaitCount("select count(*) from page_views where site_id = 'filler'", filled, LANDED);
            assertThat(stage.line().count("select count(*) from page_views where site_id = 'filler'"))
                    .isEqualTo(filled);
        }
    }

    private static int trackUntilAnswered200(String prefix) throws Exception {
        int events = 0;
        while (!stage.browser().evaluate("String(answers.at(-1))").equals("200")) {
            track(prefix + events++);
            stage.browser().evaluate("new Promise(done => setTimeout(() => done(''), 250))");
        }
        return events;
    }

    private static Launched ingestNode(int port, URI kinesis) throws Exception {
        Path jar = Launched.root().resolve("ingest-api/target/ingest-api-0.1.0-SNAPSHOT-exec.jar");
        return Launched.start(
                folder.resolve("node"),
                jar,
                List.of(
                        "--spring.profiles.active=local",
                        "--sluice.ingest.journal.directory=" + folder.resolve("node-journal"),
                        "--sluice.ingest.journal.max-bytes=8MB",
                        "--sluice.ingest.journal.segment-bytes=4MB",
                        "--sluice.ingest.send.backoff-most=500ms",
                        "--server.port=" + port,
                        "--management.server.port=" + freePort(),
                        "--sluice.aws.endpoint.kinesis=" + kinesis));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void awaitHealth(Launched node, URI collector) {
        Awaitility.await("the ingest node")
                .atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> {
                    if (!node.isAlive()) {
                        throw new AssertionError("the ingest node ended: " + node.output());
                    }
                    var health = collector.resolve("/health").toURL().openConnection();
                    return ((HttpURLConnection) health).getResponseCode() == 200;
                });
    }

    /** Page views, large ones first and then smaller ones, until there is no room for any; how many were accepted. */
    private static int fill(URI collector) throws Exception {
        int accepted = 0;
        var random = new Random(1);
        for (int size : List.of(900_000, 30_000, 500)) {
            // "ip" is kept nowhere, so that the rows are small; nor does it shrink, wherever things are compressed.
            byte[] bytes = new byte[size / 2];
            random.nextBytes(bytes);
            String body = payload("{\"e\":\"pv\",\"p\":\"web\",\"tv\":\"t\",\"aid\":\"filler\",\"ip\":\"%s\"}"
                    .formatted(HexFormat.of().formatHex(bytes)));
            HttpResponse<String> answer = post(collector, body);
            for (; answer.statusCode() == 200; answer = post(collector, body)) {
                accepted++;
                assertThat(accepted).as("requests in a journal of 8 MB").isLessThan(200);
            }
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        }
        return accepted;
    }

    private static String payload(String... events) {
        return "{\"schema\":\"iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4\",\"data\":["
                + String.join(",", events) + "]}";
    }

    private static HttpResponse<String> post(URI collector, String body) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(collector.resolve(TP2))
                    .header("Content-Type", "application/json; charset=UTF-8")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    # site          | options                                   | how large | answer
                    poison-alone    | {}                                        | 1100000   | 422
                    poison-in-queue | { maxPostBytes: 3000000 }                 | 1100000   | 422
                    poison-by-get   | { eventMethod: 'get' }                    | 9000      | 400
                    # Longer than the server reads: it ends the connection before there is an answer that a page may see.
                    poison-long-get | { eventMethod: 'get', maxGetBytes: 8000 } | 20000     | no answer
                    """)
    void eventRefusedForEver_doesNotBlockTheRest(String siteId, String options, int size, String answer)
            throws Exception {
        open(siteId, "/", stage.line().ingest(""), options);
        track("x".repeat(size));
        awaitAnswer(answer);
        List<String> good = numbered("good-", 8);
        for (String label : good) {
            track(label);
        }
        awaitEmptyQueue();
        assertLanded(siteId, good);
        assertThat(stage.browser().evaluate("String(answers.filter(answer => answer !== 200))"))
                .isEqualTo(answer);
    }

    @Test
    void eventThatBecomesABadRow_doesNotBlockTheRest() throws Exception {
        open("poison-row", "/", stage.line().ingest(""), "{}");
        stage.browser()
                .evaluate("sp.trackStructEvent({ category: 'test', action: 'track', label: 'bad',"
                        + " context: [{ schema: 'no schema at all', data: {} }] })");
        List<String> good = numbered("good-", 8);
        for (String label : good) {
            track(label);
        }
        awaitEmptyQueue();
        awaitAnswer("200");
        assertThat(stage.browser().evaluate("[...new Set(answers)].join()")).isEqualTo("200");
        assertLanded("poison-row", good);
        stage.line().awaitCount("select count(*) from bad_events where site_id = 'poison-row'", 1, LANDED);
        assertThat(stage.line().query("select reason, stage from bad_events where site_id = 'poison-row'"))
                .containsExactly(List.of("bad_entities", "validate"));
        assertThat(stage.line()
                        .query("select raw from bad_events where site_id = 'poison-row'")
                        .getFirst()
                        .getFirst())
                .contains("no schema at all", "\"se_la\":\"bad\"");
    }

    @Test
    void batchOf3WithOneBadEvent_isTwoRowsAndOneBadRow() throws Exception {
        String event =
                "{\"e\":\"%s\",\"p\":\"web\",\"tv\":\"t\",\"aid\":\"batch\",\"se_ca\":\"c\",\"se_ac\":\"a\",\"se_la\":\"%s\"}";
        HttpResponse<String> answer = post(
                stage.line().ingest(""),
                payload(
                        event.formatted("se", "one"),
                        event.formatted("nonsense", "two"),
                        event.formatted("se", "three")));
        assertThat(answer.statusCode()).isEqualTo(200);
        List<EventRow> rows = EventRow.of(stage.line(), "events", "batch", 2);
        assertThat(rows)
                .extracting(row -> row.text("label"), row -> row.text("ingest_index"))
                .containsExactly(tuple("one", "0"), tuple("three", "2"));
        assertThat(stage.line().query("select reason, ingest_index from bad_events where site_id = 'batch'"))
                .containsExactly(List.of("unknown_event_type", "1"));
    }
}
