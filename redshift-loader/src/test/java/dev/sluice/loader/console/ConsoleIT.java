package dev.sluice.loader.console;

import static dev.sluice.loader.console.ConsoleStage.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The console as the loader serves it, over a warehouse that migrations made. */
@Timeout(120)
class ConsoleIT {
    private static final String EPOCH = "00000000-0000-4000-8000-0000000000ee";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    static Path directory;

    static ConsoleStage stage;

    @BeforeAll
    static void start() throws Exception {
        stage = new ConsoleStage(directory);
    }

    @AfterAll
    static void stop() throws IOException {
        stage.close();
    }

    @AfterEach
    void usual() {
        stage.makeUsual();
    }

    @BeforeEach
    void empty() throws SQLException {
        for (String table : List.of("page_views", "bad_events", "audit_buckets", "audit_proofs", "load_ledger")) {
            stage.update("DELETE FROM " + table);
        }
    }

    private static String pageThatHas(String text) {
        return Awaitility.await("a page with " + text)
                .atMost(PATIENCE)
                .until(() -> stage.get("/console").body(), page -> page.contains(text));
    }

    private static void accepted(String bucket, int first, int last, int hits) throws SQLException {
        stage.update("INSERT INTO audit_buckets (stage, ingest_epoch, bucket, n, load_id, first_seq, last_seq,"
                + " complete_until, is_final) VALUES ('accepted', '" + EPOCH + "', " + bucket + ", " + hits + ", 1, "
                + first + ", " + last + ", GETDATE(), FALSE)");
    }

    private static void counted(String bucket, String where, int rows) throws SQLException {
        stage.update("INSERT INTO audit_buckets (stage, ingest_epoch, bucket, n, load_id) VALUES ('" + where + "', '"
                + EPOCH + "', " + bucket + ", " + rows + ", 1)");
    }

    @ParameterizedTest
    @EnumSource
    void everyQuestion_isSqlThatTheWarehouseTakes(Question question) throws SQLException {
        try (Connection connection = stage.warehouse.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(question.sql())) {
            assertThat(rows.getMetaData().getColumnCount()).isPositive();
        }
    }

    @Test
    void numbers_areTheTables() throws Exception {
        String minute = "DATE_TRUNC('minute', DATEADD(minute, -3, GETDATE()))";
        accepted(minute, 0, 9, 10);
        accepted(minute, 10, 14, 5);
        // The same again, and made anew from a journal: counts once.
        accepted(minute, 10, 14, 5);
        accepted(minute, 0, 4, 5);
        accepted(minute, 15, 1_514, 1_500);
        counted(minute, "loaded", 700);
        counted(minute, "loaded", 801);
        counted(minute, "bad", 11);
        counted(minute, "repeated", 3);
        stage.update(
                "INSERT INTO audit_proofs VALUES ('" + EPOCH
                        + "', 'open', 1, DATEADD(second, -9, GETDATE()), 0, 0, GETDATE())",
                "INSERT INTO load_ledger (batch_id, load_id, shard, first_sequence, last_sequence, page_views, events,"
                        + " bad_events, pipeline_duplicates, browser_duplicates, quarantined, min_received_at,"
                        + " max_received_at, enrich_version, data_versions, loaded_at) VALUES ('b', 4711, 's', '1', '2',"
                        + " 1501, 22, 11, 2, 1, 6, DATEADD(second, -95, GETDATE()), GETDATE(), 'v', '', GETDATE())");
        String page = pageThatHas(">4711<");
        assertThat(page)
                .contains(
                        "<td class=\"n\">1,515</td><td class=\"n\">1,501</td><td class=\"n\">11</td><td class=\"n\">3</td>")
                .contains("✓ complete")
                .contains(
                        "<td class=\"n\">1,501</td><td class=\"n\">22</td><td class=\"n\">17</td><td class=\"n\">3</td>")
                .contains("1 min 35 s")
                .contains("Complete.")
                // 1,534 staged rows in the last minute
                .contains("26 <small>rows/s</small>");
    }

    @Test
    void visitors_areThoseOfTheLastHalfHour_withoutRobotsAndCanaries() throws Exception {
        stage.pageView(1, "page_host, page_path, visitor_id", List.of("'shop'", "'/a'", "'one'"));
        stage.pageView(2, "page_host, page_path, visitor_id", List.of("'shop'", "'/a'", "'two'"));
        stage.pageView(3, "page_host, page_path, visitor_id", List.of("'shop'", "'/b'", "'one'"));
        stage.pageView(4, "page_host, page_path, site_id", List.of("'canary'", "'/'", "'sluice-canary'"));
        stage.pageView(5, "page_host, page_path", List.of("'shop'", "'/old'"));
        stage.pageView(6, "page_host, page_path", List.of("'shop'", "'/robot'"));
        stage.update(
                "UPDATE page_views SET received_at = DATEADD(minute, -31, GETDATE()) WHERE ingest_seq = 5",
                "UPDATE page_views SET is_bot = TRUE WHERE ingest_seq = 6",
                "UPDATE page_views SET referrer_medium = 'search', referrer_source = 'Google' WHERE ingest_seq < 3");
        String page = pageThatHas("<b>3</b> page views of <b>2</b> visitors");
        assertThat(page)
                .contains("<bdi>shop/a</bdi></th><td class=\"n\">2</td><td class=\"n\">2</td>")
                .contains(
                        "<th scope=\"row\">search</th><td class=\"sent\"><bdi>Google</bdi></td><td class=\"n\">2</td>")
                .contains("<th scope=\"row\">direct</th>")
                .contains("–, robot")
                // From received to row 1 s, to table 3 s.
                .contains("<dt>received to row, p50</dt><dd>1.0 s</dd>")
                .contains("<dt>to query, p50</dt><dd>3.0 s</dd>")
                .doesNotContain("/old", "canary/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "\"><img src=x onerror=alert(1)>",
                "line\r\rid: 7\n\n</li>",
                "&lt;i&gt;"
            })
    void whatSomebodySent_isTextOnThePage(String sent) throws Exception {
        String value = text(sent);
        stage.pageView(7, "site_id, page_host, page_title", List.of(value, value, value));
        stage.update(
                "INSERT INTO bad_events (received_at, ingest_epoch, ingest_seq, stage, reason, detail, site_id, \"raw\")"
                        + " VALUES (GETDATE(), 'e', 7, 'parse', 'garbage', " + value + ", " + value + ", "
                        + text("raw " + sent) + ")");
        String escaped = sent.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("=", "&#x3D;");
        String page = pageThatHas("<pre class=\"original\"><bdi>raw " + escaped + "</bdi></pre>");
        assertThat(page)
                .contains("<p class=\"detail\"><bdi>" + escaped)
                .contains("<td class=\"sent\"><bdi>" + escaped)
                .doesNotContain("<script>alert", "<img", "<i>");
    }

    @Test
    void withoutOriginals_theReasonAloneIsShown() throws Exception {
        stage.restart("--sluice.console.originals=false");
        stage.update("INSERT INTO bad_events (received_at, ingest_epoch, ingest_seq, stage, reason, detail, \"raw\")"
                + " VALUES (GETDATE(), 'e', 8, 'parse', 'without', 'Jane Roe', '12 Lock Lane')");
        assertThat(pageThatHas("<b>without</b>")).doesNotContain("Jane Roe", "Lock Lane", "AS original");
    }

    @Test
    void headers_areStrict_whateverTheAnswer() throws Exception {
        for (String path :
                List.of("/console", "/console/console.js", "/console/none", "/console/../console/events/x")) {
            assertThat(stage.get(path).headers().map())
                    .containsEntry("Content-Security-Policy", List.of(ConsoleServlet.CONTENT_SECURITY_POLICY))
                    .containsEntry("X-Content-Type-Options", List.of("nosniff"))
                    .containsEntry("Referrer-Policy", List.of("no-referrer"))
                    .containsEntry("Cache-Control", List.of("no-store"))
                    .doesNotContainKeys("Access-Control-Allow-Origin", "Set-Cookie");
        }
    }

    @Test
    void files_areServed_andNothingElse() throws Exception {
        assertThat(stage.get("/console/uplot.js").body()).contains("uPlot");
        assertThat(stage.get("/console/console.css").headers().firstValue("Content-Type"))
                .contains("text/css;charset=utf-8");
        for (String path :
                List.of("/console/", "/console/page.mustache", "/console/events/", "/console/%2e%2e/actuator")) {
            assertThat(stage.get(path).statusCode()).as(path).isIn(400, 404);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"})
    void onlyLooking_isAllowed(String method) throws Exception {
        HttpResponse<String> answer =
                stage.send(HttpRequest.newBuilder(stage.at("/console")).method(method, BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("GET");
    }

    @Test
    void otherNamesOfThisMachine_areTurnedAway() throws Exception {
        assertThat(raw("GET /console HTTP/1.1\r\nHost: rebound.example.org:9082\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 403");
        assertThat(
                        raw(
                                "GET /console HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: cross-site\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 403");
    }

    private static String raw(String request) throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), stage.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** A viewer, until he closes. */
    private record Viewer(Socket socket, BufferedReader in) implements AutoCloseable {
        static Viewer come() throws Exception {
            var socket = new Socket(InetAddress.getLoopbackAddress(), stage.port());
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream()
                    .write("GET /console/events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            return new Viewer(
                    socket, new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)));
        }

        /** Reads on to a line that holds this; null when the stream ends before. */
        String until(String part) throws Exception {
            String line = in.readLine();
            while (line != null && !line.contains(part)) {
                line = in.readLine();
            }
            return String.valueOf(line);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void events_comeAsTheNumbersChange() throws Exception {
        try (var viewer = Viewer.come()) {
            assertThat(viewer.until("HTTP")).contains(" 200");
            assertThat(viewer.until("Content-Type: ")).contains("text/event-stream");
            assertThat(viewer.until("event: ")).isEqualTo("event: numbers");
            stage.pageView(8, "page_title", List.of("'come lately'"));
            assertThat(viewer.until("come lately")).startsWith("data: ");
        }
    }

    @Test
    void viewers_areBounded_andAPlaceIsFreeAgainWhenOneHasGone() throws Exception {
        stage.restart("--sluice.console.viewers=1");
        try (var first = Viewer.come()) {
            assertThat(first.until("event: ")).isEqualTo("event: numbers");
            HttpResponse<String> answer = stage.get("/console/events");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).contains("10");
            assertThat(stage.get("/console").statusCode()).isEqualTo(200);
            assertThat(stage.get("/actuator/prometheus").body())
                    .contains("sluice_console_viewers 1.0")
                    .contains("sluice_console_refused_total{reason=\"full\"} 1.0");
        }
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            try (var next = Viewer.come()) {
                assertThat(next.until("HTTP")).contains(" 200");
            }
        });
    }

    @Test
    void stop_doesNotWaitForThoseWhoLook() throws Exception {
        try (var viewer = Viewer.come()) {
            assertThat(viewer.until("event: ")).isEqualTo("event: numbers");
            long began = System.nanoTime();
            stage.stopLoader();
            assertThat(viewer.until("never said")).isEqualTo("null");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
        }
    }

    @Test
    void switchedOff_thereIsNoConsole() throws Exception {
        stage.restart("--sluice.console.enabled=false");
        assertThat(stage.get("/console").statusCode()).isEqualTo(404);
        assertThat(stage.get("/console/events").statusCode()).isEqualTo(404);
    }

    @Test
    void withoutTheWarehouse_thePageSaysSo() throws Exception {
        stage.restart("--sluice.loader.jdbc-url=jdbc:redshift://127.0.0.1:1/dev?ssl=false");
        assertThat(pageThatHas("does not answer since")).contains("Unknown.").doesNotContain("127.0.0.1");
    }

    @Test
    void aQuestion_canNotChangeAnything() throws Exception {
        var writing = new WarehouseReader(stage.warehouse, true, InstantSource.system());
        assertThat(writing.line().proof().missing()).isZero();
        try (Connection connection = stage.warehouse.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("BEGIN READ ONLY");
            assertThatThrownBy(() -> statement.execute("DELETE FROM load_ledger"))
                    .hasMessageContaining("read-only");
            statement.execute("ROLLBACK");
        }
    }
}
