package dev.sluice.it;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Events that carry one string in every place that a tracker can put text into, by each way that it takes. Stateless. */
final class NaughtyEvents {
    static final String TRACKER = "/com.snowplowanalytics.snowplow/tp2";
    private static final String SCHEMA = "iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4";

    /** Columns of page_views that hold a parameter as it was sent, with their widths. */
    static final Map<String, Integer> VIEW_COLUMNS = columns(
            "page_title 1024 page_url 4096 referrer_url 4096 user_id 128 visitor_id 64 session_id 64 tracker_name 64"
                    + " tracker_version 64 browser_language 35 client_timezone 64 network_id 64 platform 16 site_id 64"
                    + " page_view_id 64");
    /** Likewise of a structured event. */
    static final Map<String, Integer> STRUCT_COLUMNS =
            columns("category 1000 action 1000 label 1000 property 1000 user_id 128 page_title 1024");
    /** Parameters that are numbers: what is none must be found among the invalid ones. */
    static final Map<String, String> NUMBERS =
            Map.of("vid", "session_index", "vp", "viewport_width", "dtm", "client_created_at");

    private static final Map<String, String> VIEW_PARAMETERS = Map.ofEntries(
            Map.entry("page", "page_title"),
            Map.entry("url", "page_url"),
            Map.entry("refr", "referrer_url"),
            Map.entry("uid", "user_id"),
            Map.entry("duid", "visitor_id"),
            Map.entry("sid", "session_id"),
            Map.entry("tna", "tracker_name"),
            Map.entry("tv", "tracker_version"),
            Map.entry("lang", "browser_language"),
            Map.entry("tz", "client_timezone"),
            Map.entry("tnuid", "network_id"),
            Map.entry("p", "platform"),
            Map.entry("aid", "site_id"),
            Map.entry("x_note", ""));

    private NaughtyEvents() {}

    private static Map<String, Integer> columns(String namesAndWidths) {
        var columns = new LinkedHashMap<String, Integer>();
        String[] words = namesAndWidths.split(" ");
        for (int i = 0; i < words.length; i += 2) {
            columns.put(words[i], Integer.valueOf(words[i + 1]));
        }
        return columns;
    }

    /** The event's id: the same for the same string on the same way. */
    static String id(String way, int index) {
        return UUID.nameUUIDFromBytes((way + ":" + index).getBytes(StandardCharsets.US_ASCII))
                .toString();
    }

    /** A page view with the string in every field, in an entity, and as the name of a field. */
    static String view(String id, String text, boolean escaped) {
        String json = NaughtyStrings.json(text, escaped);
        var event = new StringBuilder("{\"e\":\"pv\",\"eid\":\"" + id + "\"");
        VIEW_PARAMETERS.keySet().forEach(name -> event.append(",\"" + name + "\":" + json));
        NUMBERS.keySet().forEach(name -> event.append(",\"" + name + "\":" + json));
        String entities = "{\"data\":[" + entity("note", json) + ","
                + "{\"schema\":\"iglu:com.snowplowanalytics.snowplow/web_page/jsonschema/1-0-0\",\"data\":{\"id\":"
                + json
                + "}}]}";
        event.append(",\"co\":" + NaughtyStrings.json(entities, escaped));
        return event.append(",")
                .append(NaughtyStrings.json("name " + text, escaped))
                .append(":\"1\"}")
                .toString();
    }

    static String struct(String id, String text, boolean escaped) {
        String json = NaughtyStrings.json(text, escaped);
        return "{\"e\":\"se\",\"eid\":\"" + id + "\",\"se_ca\":" + json + ",\"se_ac\":" + json + ",\"se_la\":" + json
                + ",\"se_pr\":" + json + ",\"se_va\":" + json + ",\"uid\":" + json + ",\"page\":" + json + "}";
    }

    /** A GET whose query holds it percent-encoded, in as many fields as there is room for. */
    static String encoded(String id, String text, int mostCharacters) {
        String value = URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
        var target = new StringBuilder("/i?e=pv&eid=" + id);
        for (String name : List.of("page", "uid", "duid", "x_note", "url", "refr")) {
            if (target.length() + name.length() + 2 + value.length() < mostCharacters) {
                target.append('&').append(name).append('=').append(value);
            }
        }
        return target.toString();
    }

    /** A GET with a self-describing event and an entity in base64, as trackers encode them. */
    static String base64(String id, String text) {
        String json = NaughtyStrings.json(text, false);
        String event = "{\"data\":" + entity("happened", json) + "}";
        return "/i?e=ue&eid=" + id + "&ue_px=" + base64(event) + "&cx="
                + base64("{\"data\":[" + entity("note", json) + "]}");
    }

    private static String entity(String name, String json) {
        return "{\"schema\":\"iglu:test/" + name + "/jsonschema/1-0-0\",\"data\":{\"text\":" + json + "}}";
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Bodies of at most this many bytes with all of these events. */
    static List<byte[]> bodies(List<String> events, int mostBytes) {
        var bodies = new ArrayList<byte[]>();
        var body = new StringBuilder();
        int bytes = 0;
        for (String event : events) {
            int more = NaughtyStrings.bytes(event) + 1;
            if (bytes + more > mostBytes) {
                bodies.add(payload(body.toString()));
                body.setLength(0);
                bytes = 0;
            }
            body.append(body.isEmpty() ? "" : ",").append(event);
            bytes += more;
        }
        bodies.add(payload(body.toString()));
        return bodies;
    }

    static byte[] payload(String events) {
        return ("{\"schema\":\"" + SCHEMA + "\",\"data\":[" + events + "]}").getBytes(StandardCharsets.UTF_8);
    }
}
