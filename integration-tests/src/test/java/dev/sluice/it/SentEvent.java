package dev.sluice.it;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One event as the tracker put it on the wire.
 *
 * @param params by their names in the tracker protocol
 */
record SentEvent(Map<String, String> params) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final Map<String, String> TYPES =
            Map.of("pv", "page_view", "pp", "page_ping", "se", "struct", "ue", "unstruct");

    /** Parameters whose column holds just what was sent. */
    private static final Map<String, String> COLUMNS = Map.ofEntries(
            entry("eid", "event_id"),
            entry("p", "platform"),
            entry("aid", "site_id"),
            entry("tna", "tracker_name"),
            entry("tv", "tracker_version"),
            entry("tz", "client_timezone"),
            entry("duid", "visitor_id"),
            entry("uid", "user_id"),
            entry("sid", "session_id"),
            entry("vid", "session_index"),
            entry("url", "page_url"),
            entry("page", "page_title"),
            entry("refr", "referrer_url"),
            entry("lang", "browser_language"),
            entry("se_ca", "category"),
            entry("se_ac", "action"),
            entry("se_la", "label"),
            entry("se_pr", "property"),
            entry("pp_mix", "ping_min_x"),
            entry("pp_max", "ping_max_x"),
            entry("pp_miy", "ping_min_y"),
            entry("pp_may", "ping_max_y"));

    /** All events of a POST's body. */
    static List<SentEvent> posted(String body) {
        var events = new ArrayList<SentEvent>();
        for (JsonNode event : JSON.readTree(body).path("data")) {
            var params = new LinkedHashMap<String, String>();
            event.properties()
                    .forEach(
                            param -> params.put(param.getKey(), param.getValue().asString()));
            events.add(new SentEvent(params));
        }
        return events;
    }

    /** The event of a GET's query. */
    static SentEvent gotten(String url) {
        var params = new LinkedHashMap<String, String>();
        for (String pair : URI.create(url).getRawQuery().split("&", -1)) {
            int mark = pair.indexOf('=');
            params.put(pair.substring(0, mark), URLDecoder.decode(pair.substring(mark + 1), StandardCharsets.UTF_8));
        }
        return new SentEvent(params);
    }

    String id() {
        return params.getOrDefault("eid", "");
    }

    boolean isPageView() {
        return "pv".equals(params.get("e"));
    }

    /** Every parameter is in its column, and what has none is in {@code context}. */
    void assertIsIn(EventRow row) {
        params.forEach((name, value) -> assertIsIn(row, name, value));
    }

    private void assertIsIn(EventRow row, String name, String value) {
        String column = COLUMNS.get(name);
        switch (name) {
            case "e" -> assertThat(row.text("event_type")).isEqualTo(TYPES.get(value));
            case "dtm" -> assertThat(row.time("client_created_at")).isEqualTo(millis(value));
            case "stm" -> assertThat(row.time("client_sent_at")).isEqualTo(millis(value));
            case "se_va" -> assertThat(Double.parseDouble(row.text("value"))).isEqualTo(Double.parseDouble(value));
            case "co" -> assertEntities(row, JSON.readTree(value));
            case "cx" -> assertEntities(row, decoded(value));
            case "ue_pr" -> assertSelfDescribing(row, JSON.readTree(value));
            case "ue_px" -> assertSelfDescribing(row, decoded(value));
            case "vp", "res" -> {
                if (isPageView()) {
                    String of = name.equals("vp") ? "viewport" : "screen";
                    assertThat(row.text(of + "_width") + "x" + row.text(of + "_height"))
                            .isEqualTo(value);
                } else {
                    assertField(row, name, value);
                }
            }
            default -> {
                if (column == null) {
                    assertField(row, name, value);
                } else {
                    assertThat(row.text(column)).as("%s in %s", name, column).isEqualTo(value);
                }
            }
        }
    }

    private static void assertField(EventRow row, String name, String value) {
        assertThat(row.json("context").path("fields").path(name).asString(""))
                .as("%s in context", name)
                .isEqualTo(value);
    }

    private static void assertEntities(EventRow row, JsonNode wrapper) {
        for (JsonNode entity : wrapper.path("data")) {
            Schema schema = Schema.of(entity);
            if (schema.name().equals("web_page")) {
                assertThat(row.text("page_view_id"))
                        .isEqualTo(entity.at("/data/id").asString());
                continue;
            }
            JsonNode kept = row.json("context").path("entities").path(schema.vendor() + "/" + schema.name());
            assertThat(kept.valueStream()
                            .filter(one -> one.path("version").asString().equals(schema.version()))
                            .map(one -> one.path("data")))
                    .as("%s in context", schema)
                    .contains(entity.path("data"));
        }
    }

    private static void assertSelfDescribing(EventRow row, JsonNode wrapper) {
        JsonNode event = wrapper.path("data");
        assertThat(new Schema(row.text("schema_vendor"), row.text("schema_name"), row.text("schema_version")))
                .isEqualTo(Schema.of(event));
        assertThat(row.json("data")).isEqualTo(event.path("data"));
    }

    private static JsonNode decoded(String base64) {
        return JSON.readTree(new String(Base64.getUrlDecoder().decode(base64), StandardCharsets.UTF_8));
    }

    private static Instant millis(String value) {
        return Instant.ofEpochMilli(Long.parseLong(value));
    }

    private record Schema(String vendor, String name, String version) {
        static Schema of(JsonNode selfDescribing) {
            String[] parts = selfDescribing
                    .path("schema")
                    .asString()
                    .substring("iglu:".length())
                    .split("/", -1);
            return new Schema(parts[0], parts[1], parts[3]);
        }
    }
}
