package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.it.RawHttp.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Text that breaks things, from the browser's side of the line to a select on the other: what is stored is what was sent, or says
 * what was done to it. Every request that was accepted is there in the end, as a row or a bad row, and none was answered by a 5xx.
 */
class NaughtyStringsIT {
    private static final Duration LANDED = Duration.ofMinutes(2);
    private static final JsonMapper JSON = new JsonMapper();
    /** Every request that ended as rows or bad rows. */
    private static final String HITS =
            "select count(*) from (select ingest_epoch, ingest_seq from page_views union select"
                    + " ingest_epoch, ingest_seq from events union select ingest_epoch, ingest_seq from bad_events) t";

    @TempDir
    static Path data;

    private static Line line;
    private static long accepted;

    @BeforeAll
    static void up() throws Exception {
        line = Line.up(data);
    }

    @AfterAll
    static void down() {
        line.close();
    }

    private static Answer get(String target) throws Exception {
        try (var http = new RawHttp(line.ports().ingest())) {
            return counted(http.get(target));
        }
    }

    private static Answer post(byte[] body) throws Exception {
        try (var http = new RawHttp(line.ports().ingest())) {
            return counted(http.request("POST " + NaughtyEvents.TRACKER + " HTTP/1.1", body));
        }
    }

    private static Answer counted(Answer answer) {
        assertThat(answer.status()).isBetween(200, 499);
        accepted += answer.status() == 200 ? 1 : 0;
        return answer;
    }

    private static void awaitAccepted() throws Exception {
        line.awaitCount(HITS, accepted, LANDED);
        assertThat(line.count(HITS)).isEqualTo(accepted);
    }

    /** Rows by event id, each column's text; NULL is not in the map. */
    private static Map<String, Map<String, String>> rows(String table, List<String> columns) throws Exception {
        String list = columns.stream()
                .map(column -> "case when " + column + " is null then '0' else '1' || cast(" + column + " as text) end")
                .collect(Collectors.joining(", "));
        var rows = new HashMap<String, Map<String, String>>();
        for (List<String> row : line.query("select event_id, " + list + " from " + table)) {
            var cells = new HashMap<String, String>();
            for (int i = 0; i < columns.size(); i++) {
                String cell = row.get(i + 1);
                if (cell.startsWith("1")) {
                    cells.put(columns.get(i), cell.substring(1));
                }
            }
            assertThat(rows.put(row.getFirst(), cells)).as(row.getFirst()).isNull();
        }
        return rows;
    }

    @Test
    void everyField_holdsWhatWasSent_orSaysWhatBecameOfIt() throws Exception {
        List<String> strings = NaughtyStrings.all();
        var events = new ArrayList<String>();
        for (int i = 0; i < strings.size(); i++) {
            String text = strings.get(i);
            events.add(NaughtyEvents.view(NaughtyEvents.id("escaped", i), text, true));
            events.add(NaughtyEvents.struct(NaughtyEvents.id("struct", i), text, true));
            if (NaughtyStrings.isWhole(text)) {
                events.add(NaughtyEvents.view(NaughtyEvents.id("utf8", i), text, false));
            }
        }
        for (byte[] body : NaughtyEvents.bodies(events, 900_000)) {
            assertThat(post(body).status()).isEqualTo(200);
        }
        try (var http = new RawHttp(line.ports().ingest())) {
            for (int i = 0; i < strings.size(); i++) {
                String text = strings.get(i);
                if (NaughtyStrings.isWhole(text)) {
                    assertThat(counted(http.get(NaughtyEvents.encoded(NaughtyEvents.id("get", i), text, 8_000)))
                                    .status())
                            .isEqualTo(200);
                }
                if (NaughtyStrings.isWhole(text) && text.length() < 2_000) {
                    assertThat(counted(http.get(NaughtyEvents.base64(NaughtyEvents.id("base64", i), text)))
                                    .status())
                            .isEqualTo(200);
                }
            }
        }
        awaitAccepted();

        var viewColumns = new ArrayList<>(NaughtyEvents.VIEW_COLUMNS.keySet());
        viewColumns.addAll(List.of("is_truncated", "context"));
        NaughtyEvents.NUMBERS.values().forEach(column -> viewColumns.add(column));
        Map<String, Map<String, String>> views = rows("page_views", viewColumns);
        Map<String, Map<String, String>> others = rows(
                "events",
                Stream.concat(
                                NaughtyEvents.STRUCT_COLUMNS.keySet().stream(),
                                Stream.of("is_truncated", "context", "data"))
                        .toList());
        var wrong = new ArrayList<String>();
        for (int i = 0; i < strings.size(); i++) {
            String text = strings.get(i);
            for (String way : List.of("escaped", "utf8")) {
                Map<String, String> row = views.get(NaughtyEvents.id(way, i));
                if (way.equals("escaped") || NaughtyStrings.isWhole(text)) {
                    check(way, text, row, NaughtyEvents.VIEW_COLUMNS, wrong);
                    checkContext(way, text, row, wrong);
                }
            }
            if (!text.isEmpty()) {
                check("struct", text, others.get(NaughtyEvents.id("struct", i)), NaughtyEvents.STRUCT_COLUMNS, wrong);
            }
            if (NaughtyStrings.isWhole(text)) {
                Map<String, Integer> title = Map.of("page_title", 1024);
                String sent = NaughtyEvents.encoded("", text, 8_000).contains("&page=") ? text : "";
                check("get", sent, views.get(NaughtyEvents.id("get", i)), title, wrong);
            }
            if (NaughtyStrings.isWhole(text) && text.length() < 2_000) {
                Map<String, String> row = others.get(NaughtyEvents.id("base64", i));
                compare(
                        "base64 data",
                        text,
                        row == null
                                ? null
                                : JSON.readTree(row.getOrDefault("data", "{}")).at("/text"),
                        wrong);
                compare("base64 entity", text, context(row).at("/entities/test~1note/0/data/text"), wrong);
            }
        }
        assertThat(wrong).isEmpty();
        // The empty string is no category.
        assertThat(line.count("select count(*) from bad_events where reason = 'missing_field'"))
                .isEqualTo(strings.stream().filter(String::isEmpty).count());
    }

    private static JsonNode context(@Nullable Map<String, String> row) {
        return JSON.readTree(row == null || row.get("context") == null ? "{}" : row.get("context"));
    }

    private static void check(
            String way,
            String sent,
            @Nullable Map<String, String> row,
            Map<String, Integer> columns,
            List<String> wrong) {
        if (row == null) {
            wrong.add(way + ": no row for " + NaughtyStrings.shown(sent));
            return;
        }
        String want = NaughtyStrings.stored(sent);
        List<String> cut = new ArrayList<>();
        context(row).path("truncated").forEach(name -> cut.add(name.stringValue()));
        columns.forEach((column, width) -> {
            String stored = row.get(column);
            boolean right;
            if (want.isEmpty()) {
                // Who says nothing gets an id from the collector.
                right = stored == null || column.equals("network_id");
            } else if (NaughtyStrings.bytes(want) <= width) {
                right = want.equals(stored) && !cut.contains(column);
            } else {
                right = stored != null
                        && want.startsWith(stored)
                        && NaughtyStrings.bytes(stored) <= width
                        && NaughtyStrings.bytes(stored) > width - 4
                        && cut.contains(column)
                        && row.getOrDefault("is_truncated", "").startsWith("t");
            }
            if (!right) {
                wrong.add(way + " " + column + ": " + NaughtyStrings.shown(sent) + " is stored as "
                        + (stored == null ? "NULL" : NaughtyStrings.shown(stored)) + ", cut: " + cut);
            }
        });
    }

    private static void checkContext(String way, String sent, @Nullable Map<String, String> row, List<String> wrong) {
        JsonNode context = context(row);
        compare(way + " entity", sent, context.at("/entities/test~1note/0/data/text"), wrong);
        if (!sent.isEmpty()) {
            compare(way + " unknown field", sent, context.at("/fields/x_note"), wrong);
            NaughtyEvents.NUMBERS.forEach((name, column) -> {
                if (row != null && row.get(column) == null) {
                    String kept = context.path("invalid").path(name).stringValue("");
                    boolean right =
                            !kept.isEmpty() && NaughtyStrings.stored(sent).startsWith(kept);
                    if (!right) {
                        wrong.add(way + " " + name + ": neither stored nor told: " + NaughtyStrings.shown(sent));
                    }
                }
            });
        }
        compare(way + " field's name", "1", context.path("fields").path(NaughtyStrings.stored("name " + sent)), wrong);
    }

    private static void compare(String where, String sent, @Nullable JsonNode stored, List<String> wrong) {
        String want = NaughtyStrings.stored(sent);
        if (stored == null || !stored.isString() || !want.equals(stored.stringValue())) {
            wrong.add(where + ": " + NaughtyStrings.shown(sent) + " is stored as " + stored);
        }
    }

    @Test
    void everyHeader_isKeptAsItWas_orTheRequestIsRefused() throws Exception {
        List<String> strings = NaughtyStrings.all();
        var sent = new HashMap<String, String>();
        for (int i = 0; i < strings.size(); i++) {
            String text = strings.get(i);
            // These would end the header.
            if (!NaughtyStrings.isWhole(text) || text.length() > 2_100 || text.matches("(?s).*[\r\n].*")) {
                continue;
            }
            String id = NaughtyEvents.id("header", i);
            String latin1 = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            try (var http = new RawHttp(line.ports().ingest())) {
                Answer answer = counted(http.send("GET /i?e=pv&aid=header&eid=" + id
                                + " HTTP/1.1\r\nHost: localhost\r\n"
                                + "User-Agent: " + latin1 + "\r\nReferer: " + latin1 + "\r\nAccept-Language: " + latin1
                                + "\r\n\r\n")
                        .read());
                if (answer.status() == 200) {
                    sent.put(id, text);
                } else {
                    assertThat(text).as("refused").matches("(?s).*[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F].*");
                }
            }
        }
        assertThat(sent).hasSizeGreaterThan(400);
        awaitAccepted();
        Map<String, Map<String, String>> views =
                rows("page_views", List.of("user_agent", "page_url", "is_truncated", "context", "site_id"));
        var wrong = new ArrayList<String>();
        sent.forEach((id, text) -> check(
                "header",
                text.replaceAll("^[ \t]+|[ \t]+$", ""),
                views.get(id),
                Map.of("user_agent", 1024, "page_url", 4096),
                wrong));
        assertThat(wrong).isEmpty();
    }

    @Test
    void hostileBodies_endAsRowsOrBadRows_besideGoodNeighbours() throws Exception {
        Map<String, HostileBodies.Case> cases = HostileBodies.all();
        long rowsBefore = line.count("select count(*) from page_views") + line.count("select count(*) from events");
        long badBefore = line.count("select count(*) from bad_events");
        long rows = 0;
        long bad = 0;
        for (Map.Entry<String, HostileBodies.Case> one : cases.entrySet()) {
            HostileBodies.Case body = one.getValue();
            assertThat(post(body.body()).status()).as(one.getKey()).isEqualTo(body.status());
            rows += body.rows();
            bad += body.badRows();
            String neighbour = NaughtyEvents.id("neighbour of " + one.getKey(), 0);
            assertThat(get("/i?e=pv&aid=neighbour&eid=" + neighbour).status()).isEqualTo(200);
        }
        awaitAccepted();
        assertThat(line.count("select count(*) from page_views where site_id = 'neighbour'"))
                .isEqualTo(cases.size());
        assertThat(line.count("select count(*) from page_views")
                        + line.count("select count(*) from events")
                        - rowsBefore)
                .isEqualTo(rows + cases.size());
        assertThat(line.count("select count(*) from bad_events") - badBefore).isEqualTo(bad);
        assertThat(line.count("select count(*) from bad_events where reason like '%failed%'"))
                .isZero();
    }

    /** Last, whatever the order of the others: what they sent is in no log, and nobody's fault. */
    @AfterAll
    static void logs_saySomethingOfNothingThatWasSent() throws Exception {
        for (String directory : List.of("logs", "test-logs")) {
            for (Path log : files(data.resolve(directory))) {
                String text = Files.readString(log, StandardCharsets.ISO_8859_1);
                assertThat(text).as(log.toString()).doesNotContain("DROP TABLE", "<script", "neighbour", "cmd|");
                assertThat(text.lines().filter(l -> l.contains("ERROR") || l.startsWith("\tat ")))
                        .as(log.toString())
                        .isEmpty();
            }
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
