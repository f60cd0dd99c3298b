package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./sluice tap} beside a running consumer: what it shows is what lands, and what other code would change. */
@ExtendWith(SharedLine.class)
class TapIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int EVENTS = 300;
    /** What the warehouse alone gives, or what two runs of the same code differ in. */
    private static final List<String> NOT_COMPARED = List.of("enriched_at", "loaded_at", "load_id", "context");

    @TempDir
    Path folder;

    private static Launched tap(Line line, String... arguments) throws Exception {
        var all = new ArrayList<>(List.of("tap", "--format", "json", "--limit", String.valueOf(EVENTS)));
        all.addAll(List.of(arguments));
        Launched tap = line.start(all.toArray(String[]::new));
        Awaitility.await("tap to read")
                .atMost(PATIENCE)
                .until(() -> tap.output().contains("tap: reading"));
        return tap;
    }

    private static void send(Line line, String site) throws Exception {
        Launched.Outcome sent = line.run(
                "send",
                "--generate",
                String.valueOf(EVENTS),
                "--to",
                line.ingest("").toString(),
                "--site-id",
                site);
        assertThat(sent.exitCode()).as(sent.err()).isZero();
    }

    private static List<JsonNode> shown(Launched tap) throws Exception {
        Launched.Outcome outcome = tap.await(PATIENCE);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        return outcome.out().lines().map(JSON::readTree).toList();
    }

    @Test
    void whatItShows_isWhatLands_cellByCell(Line line) throws Exception {
        try (Launched tap = tap(line, "--filter", "site_id=tap-same")) {
            send(line, "tap-noise");
            send(line, "tap-same");
            Map<String, Map<String, String>> shown = shown(tap).stream()
                    .collect(Collectors.toMap(node -> node.get("event_id").asString(), TapIT::cells));
            line.awaitCount("select count(*) from page_views where site_id = 'tap-same'", EVENTS, PATIENCE);
            var landed = new HashMap<String, Map<String, String>>();
            for (Map<String, String> row : line.rows("select * from page_views where site_id = 'tap-same'")) {
                landed.put(row.get("event_id"), cells(row));
            }
            assertThat(shown).hasSize(EVENTS).isEqualTo(landed);
        }
    }

    @Test
    void raw_showsTheRequests(Line line) throws Exception {
        try (Launched tap = tap(line, "--raw", "--no-user-agents", "--filter", "site_id=tap-raw")) {
            send(line, "tap-raw");
            assertThat(shown(tap))
                    .hasSize(EVENTS)
                    .allSatisfy(node -> assertThat(node.toString()).contains("tap-raw"));
        }
    }

    @Test
    void from_showsWhatHasPassed_andOtherCodesDifferencesAlone(Line line) throws Exception {
        send(line, "tap-past");
        Path classes = ChangedEnricher.compileIn(folder);
        try (Launched tap = tap(
                line,
                "--from",
                "10m",
                "--no-user-agents",
                "--filter",
                "site_id=tap-past",
                "--enrich",
                classes.toString())) {
            assertThat(shown(tap)).hasSize(EVENTS).allSatisfy(node -> {
                JsonNode changes = node.get("changes");
                assertThat(changes.propertyNames()).containsExactly("viewport_width");
                assertThat(changes.get("viewport_width").get("after").asString())
                        .isEqualTo("4711");
            });
            assertThat(tap.output()).contains(EVENTS + " differ: viewport_width=" + EVENTS);
        }
    }

    private static Map<String, String> cells(JsonNode node) {
        var cells = new TreeMap<String, String>();
        for (Map.Entry<String, JsonNode> cell : node.properties()) {
            if (cell.getValue().isValueNode() && !cell.getKey().equals("table")) {
                cells.put(cell.getKey(), cell.getValue().asString());
            }
        }
        return comparable(cells);
    }

    private static Map<String, String> cells(Map<String, String> row) {
        var cells = new TreeMap<>(row);
        cells.values().removeIf("null"::equals);
        return comparable(cells);
    }

    /** Times and truths as both sides write them. */
    private static Map<String, String> comparable(Map<String, String> cells) {
        NOT_COMPARED.forEach(cells::remove);
        cells.replaceAll((name, text) -> {
            if (name.endsWith("_at")) {
                return text.replace('T', ' ').replace("Z", "").replaceAll("\\.?0+$", "");
            }
            return name.startsWith("is_") ? String.valueOf(text.startsWith("t")) : text;
        });
        return cells;
    }
}
