package dev.sluice.processor;

import dev.sluice.common.Frame;
import dev.sluice.common.PrivacySignal;
import dev.sluice.common.RawHit;
import dev.sluice.common.table.Row;
import dev.sluice.processor.enrich.StandardEnrichers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Requests as tests need them, and the rows that the standard pipeline makes of them. */
public final class TestHits {
    public static final Instant RECEIVED = Instant.parse("2026-11-22T22:06:05.751123Z");
    public static final Instant NOW = Instant.parse("2026-11-22T22:06:06.5Z");
    public static final UUID EPOCH = UUID.fromString("3f2504e0-4f89-41d3-9a0c-0305e82c3301");
    public static final String EID = "d5effc30-c58d-43ed-868d-6a8a31af0cdc";
    public static final String NETWORK_ID = "8bd1a5b8-5a4e-4a52-8f0a-0f6f3f0c8a11";
    public static final RawHit.Visitor VISITOR =
            new RawHit.Visitor("203.0.113.77", NETWORK_ID, false, PrivacySignal.NONE);
    public static final RawHit.Visitor ANONYMOUS =
            new RawHit.Visitor("203.0.113.77", NETWORK_ID, true, PrivacySignal.GPC);
    public static final String PAYLOAD_SCHEMA = "iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4";

    /** What browser-tracker 4.10.1 posts for a page view, with ids and values shortened nowhere. */
    public static final String CAPTURED = """
            {"schema":"iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4",
             "data":[{"e":"pv","url":"https://shop.example.com/p/1?utm_source=x#frag","page":"T ✓",
               "refr":"https://www.google.com/search?q=y","eid":"d5effc30-c58d-43ed-868d-6a8a31af0cdc",
               "tv":"js-4.10.1","tna":"sp","aid":"shop","p":"web","cookie":"1","cs":"UTF-8","lang":"en-US",
               "res":"0x0","cd":"24","tz":"UTC","dtm":"1795385165737","vp":"1024x768","ds":"0x0",
               "vid":"1","sid":"76e7816e-91a2-4d3b-8c7e-2b1f6a9d0e55","duid":"9e856f9f-4c0d-4a8b-b1d2-7f3a5c6e8d90",
               "co":"{\\"schema\\":\\"iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-0\\",\\"data\\":[{\\"schema\\":\\"iglu:com.snowplowanalytics.snowplow/web_page/jsonschema/1-0-0\\",\\"data\\":{\\"id\\":\\"209a46c7-5e1b-4f0a-9d8c-6b7a5e4f3d21\\"}}]}",
               "stm":"1795385165751"}]}
            """;

    private TestHits() {}

    public static RawHit get(String query) {
        return get(query, Map.of());
    }

    public static RawHit get(String query, Map<String, String> headers) {
        return new RawHit(RECEIVED, VISITOR, RawHit.Method.GET, "/i", query, headers, new byte[0]);
    }

    public static RawHit get(String query, RawHit.Visitor visitor) {
        return new RawHit(RECEIVED, visitor, RawHit.Method.GET, "/i", query, Map.of(), new byte[0]);
    }

    public static RawHit post(String body) {
        return post("", body.getBytes(StandardCharsets.UTF_8));
    }

    public static RawHit post(String query, byte[] body) {
        return new RawHit(
                RECEIVED,
                VISITOR,
                RawHit.Method.POST,
                "/com.snowplowanalytics.snowplow/tp2",
                query,
                Map.of("content-type", "application/json; charset=UTF-8"),
                body);
    }

    /** A payload_data with these events, each a JSON object. */
    public static String payload(String... events) {
        return "{\"schema\":\"" + PAYLOAD_SCHEMA + "\",\"data\":[" + String.join(",", events) + "]}";
    }

    /** A contexts wrapper around these entities, each {@code schema, data}. */
    public static String entities(String... schemasAndData) {
        var items = new StringBuilder();
        for (int i = 0; i < schemasAndData.length; i += 2) {
            items.append(i == 0 ? "" : ",")
                    .append("{\"schema\":\"iglu:" + schemasAndData[i] + "\",\"data\":" + schemasAndData[i + 1] + "}");
        }
        return "{\"schema\":\"iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-0\",\"data\":[" + items
                + "]}";
    }

    public static String base64Url(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    public static Frame frame(RawHit... hits) {
        return new Frame(EPOCH, 100, Arrays.asList(hits));
    }

    public static List<Row> rows(RawHit... hits) {
        return pipeline().rows(frame(hits));
    }

    /** The only row that comes of this hit. */
    public static Row row(RawHit hit) {
        List<Row> rows = rows(hit);
        if (rows.size() != 1) {
            throw new AssertionError(rows.size() + " rows instead of 1");
        }
        return rows.getFirst();
    }

    public static EnrichmentPipeline pipeline() {
        return StandardEnrichers.pipeline(InstantSource.fixed(NOW));
    }
}
