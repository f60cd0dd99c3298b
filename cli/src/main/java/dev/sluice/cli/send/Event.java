package dev.sluice.cli.send;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * One event, ready to be posted; posted again, it is the same bytes.
 *
 * @param id the tracker's {@code eid}
 * @param userAgent header; empty for none
 * @param clientIp for {@code X-Forwarded-For}; empty for none
 * @param body of the POST, JSON
 */
record Event(String id, String userAgent, String clientIp, String body) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Of one browser event. Its own fields must not depend on when it is sent, or a repeat would be another event. */
    static Event of(String id, String userAgent, String clientIp, Map<String, String> fields) {
        var event = new LinkedHashMap<String, String>();
        event.put("e", "pv");
        event.put("eid", id);
        event.put("p", "web");
        event.put("tv", "sluice-send-1");
        event.putAll(fields);
        var payload = new LinkedHashMap<String, Object>();
        payload.put("schema", "iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4");
        payload.put("data", List.of(event));
        return new Event(id, headerValue(userAgent), clientIp, JSON.writeValueAsString(payload));
    }

    /** Other characters can't travel in a header. */
    private static String headerValue(String value) {
        var plain = new StringBuilder(value.length());
        value.chars().forEach(c -> plain.append(c >= 0x20 && c < 0x7f ? (char) c : '?'));
        return plain.toString().strip();
    }
}
