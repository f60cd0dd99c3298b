package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.common.AuditCodec;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.FrameFormatException;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.Table;
import dev.sluice.ingest.IngestApplication;
import dev.sluice.ingest.send.PutOutcome;
import dev.sluice.ingest.send.RecordSink;
import dev.sluice.ingest.send.StreamRecord;
import dev.sluice.processor.EnrichmentPipeline;
import dev.sluice.processor.enrich.StandardEnrichers;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** The two ends of the protocol together: what the collector takes, the processor makes rows of. */
class RequestsToRowsIT {
    private static final String TRACKER = "/com.snowplowanalytics.snowplow/tp2";
    private static final String ID = "1d1d1d1d-0000-4000-8000-00000000cafe";

    private static final List<StreamRecord> STREAM = new CopyOnWriteArrayList<>();
    private static final EnrichmentPipeline PIPELINE = StandardEnrichers.pipeline(InstantSource.system());
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static ConfigurableApplicationContext collector;

    @BeforeAll
    static void start(@TempDir Path journal) {
        RecordSink sink = records -> {
            STREAM.addAll(records);
            return records.stream().map(_ -> PutOutcome.STORED).toList();
        };
        collector = IngestApplication.application()
                .initializers(c -> ((GenericApplicationContext) c).registerBean("sink", RecordSink.class, () -> sink))
                .run(
                        "--spring.profiles.active=local",
                        "--server.port=0",
                        "--management.server.port=0",
                        "--sluice.ingest.journal.directory=" + journal,
                        "--sluice.ingest.send.linger=10ms",
                        "--sluice.ingest.redirect.enabled=true",
                        "--sluice.ingest.redirect.domains=example.com");
    }

    @AfterAll
    static void stop() {
        collector.close();
        HTTP.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "application/json; charset=UTF-8",
                "application/json;charset=utf-8",
                "text/plain",
                "text/plain;charset=UTF-8",
                "application/octet-stream",
            })
    void aPostedEvent_isARow_whateverItsTypeIsCalled(String type) throws Exception {
        String mark = "type " + type;
        assertThat(post(payload(mark), "Content-Type", type).statusCode()).isEqualTo(200);
        Row row = row(mark);
        assertThat(row.table()).isEqualTo(Table.PAGE_VIEWS);
        assertThat(row.get(Columns.SITE_ID)).isEqualTo("shop");
        assertThat(row.get(Columns.PAGE_TITLE)).isEqualTo(mark);
    }

    @Test
    void aPostInGzip_isARow() throws Exception {
        var gzip = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(gzip)) {
            out.write(payload("zipped \u2713").getBytes(StandardCharsets.UTF_8));
        }
        var answer = send("POST", TRACKER, BodyPublishers.ofByteArray(gzip.toByteArray()), "Content-Encoding", "gzip");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(row("zipped \u2713").table()).isEqualTo(Table.PAGE_VIEWS);
    }

    @Test
    void aPixelWithoutAnAddress_isOnThePageThatShowsIt() throws Exception {
        send("GET", "/i?e=pv&page=pixel", BodyPublishers.noBody(), "Referer", "https://shop.example.com/p/1");
        assertThat(row("pixel").get(Columns.PAGE_URL)).isEqualTo("https://shop.example.com/p/1");
    }

    @Test
    void aClick_isARow() throws Exception {
        String target = "https%3A%2F%2Fexample.com%2Fp%3Fmark%3Dclick";
        assertThat(send("GET", "/r/tp2?aid=mail&u=" + target, BodyPublishers.noBody())
                        .statusCode())
                .isEqualTo(302);
        Row row = row("mark=click");
        assertThat(row.get(Columns.SCHEMA_NAME)).isEqualTo("uri_redirect");
        assertThat(row.get(Columns.DATA)).isEqualTo("{\"uri\":\"https://example.com/p?mark=click\"}");
    }

    @Test
    void aWebhook_isARow() throws Exception {
        String path = "/com.snowplowanalytics.iglu/v1?aid=crm&schema=iglu:com.acme/created/jsonschema/1-0-0";
        send("POST", path, BodyPublishers.ofString("{\"mark\":\"hook\"}"), "Content-Type", "application/json");
        Row row = row("\"hook\"");
        assertThat(row.get(Columns.SCHEMA_NAME)).isEqualTo("created");
        assertThat(row.get(Columns.SITE_ID)).isEqualTo("crm");
        send("GET", "/com.snowplowanalytics.iglu/v1?schema=none&mark=badhook", BodyPublishers.noBody());
        assertThat(row("badhook").get(Columns.REASON)).isEqualTo("bad_self_describing");
    }

    /** The raw query stands in the hit, and may stand in no row. */
    @ParameterizedTest
    @ValueSource(strings = {"DNT: 1", "Sec-GPC: 1", "SP-Anonymous: *"})
    void anAnonymousVisit_isARowWithoutIds(String header) throws Exception {
        String mark = "anonymous by " + header.substring(0, header.indexOf(':'));
        String query = "?nuid=" + ID + "&duid=" + ID + "&sid=" + ID;
        String[] signal = header.split(": ", 2);
        var body = BodyPublishers.ofString(payload(mark));
        send("POST", TRACKER + query, body, signal[0], signal[1], "Cookie", "sp=" + ID);
        Row row = row(mark);
        assertThat(row.get(Columns.IS_ANONYMOUS)).isTrue();
        assertThat(row.get(Columns.IP_ADDRESS)).isNull();
        assertThat(said(row)).doesNotContain(ID);
    }

    @Test
    void theDocumentedPaths_areThoseOfTheCollector() throws Exception {
        String page = Files.readString(Launched.root().resolve("docs/tracking.md"));
        for (String path : List.of("/sp.js", "/i?", TRACKER, "/r/tp2?u=", "/com.snowplowanalytics.iglu/v1?schema=")) {
            assertThat(page).contains(path);
        }
        Matcher link =
                Pattern.compile("https://c\\.example\\.com(/[^\\s\"'`)&?]*)").matcher(page);
        int links = 0;
        while (link.find()) {
            String path = link.group(1);
            boolean script = path.endsWith(".js");
            int status = send("OPTIONS", path, BodyPublishers.noBody()).statusCode();
            // A script and a click know GET only; anything else that is not there answers 404.
            assertThat(status).as(path).isIn(script ? List.of(405, 404) : List.of(200, 405));
            links++;
        }
        assertThat(links).as("addresses that are looked at").isGreaterThan(5);
    }

    private static String payload(String title) {
        return "{\"schema\":\"iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4\",\"data\":[{\"e\":\"pv\","
                + "\"aid\":\"shop\",\"p\":\"web\",\"tv\":\"js-4.10.1\",\"page\":\"" + title + "\"}]}";
    }

    private static HttpResponse<String> post(String body, String... headers) throws Exception {
        return send("POST", TRACKER, BodyPublishers.ofString(body), headers);
    }

    private static HttpResponse<String> send(String method, String path, BodyPublisher body, String... headers)
            throws Exception {
        String port = collector.getEnvironment().getRequiredProperty("local.server.port");
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Waits for the one row that says this. */
    private static Row row(String mark) throws FrameFormatException {
        await().untilAsserted(() -> assertThat(rows(mark)).hasSize(1));
        return rows(mark).getFirst();
    }

    private static List<Row> rows(String mark) throws FrameFormatException {
        var rows = new ArrayList<Row>();
        for (StreamRecord record : STREAM) {
            if (!AuditCodec.isAudit(record.data())) {
                rows.addAll(PIPELINE.rows(FrameCodec.decode(record.data())));
            }
        }
        rows.removeIf(row -> !said(row).contains(mark));
        return rows;
    }

    private static String said(Row row) {
        var said = new StringBuilder();
        row.table().columns().forEach(column -> said.append(row.get(column)).append('\n'));
        return said.toString();
    }
}
