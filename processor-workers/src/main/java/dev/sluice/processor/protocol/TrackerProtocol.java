package dev.sluice.processor.protocol;

import dev.sluice.common.RawHit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request of the Snowplow tracker protocol into its events, by its path: two paths have a form of their own, any other is a tracker's. Stateless and thread-safe; whatever a request
 * holds, each item of it comes out as an event or as a rejection with its reason.
 *
 * <p>Kinder than the published schema where that loses nothing: unknown parameters are kept, numbers and booleans are
 * taken as text, {@code p} and {@code tv} may be missing (their columns are then NULL), the content type doesn't matter
 * as long as the body is JSON in UTF-8, bytes that are not UTF-8 become U+FFFD. Of a parameter that occurs twice the
 * last one counts; those of the query win over those of the body. An event with an entity that can't be read is
 * rejected as a whole, so that somebody sees it and mends the page, instead of having a hole in the data that nobody
 * notices. An anonymous visitor's ids are gone before anything else sees the event: {@link Anonymiser}.
 */
public final class TrackerProtocol {
    /**
     * Of one request. Trackers send at most 40,000 bytes, so tens of events; more than this would let a small request
     * (a long query, merged into each of its tiny events) become gigabytes of rows.
     */
    public static final int MAX_EVENTS = 5_000;
    /** So many of any size; further ones must be as long on average as {@link #MIN_EVENT_BYTES}. */
    static final int FREE_EVENTS = 10;
    /**
     * Far below what trackers send. Without it ten kilobytes of "1,1,1," become five thousand rows, and what the consumer bounds by
     * the bytes of hits is two hundred times that in rows: more than its heap.
     */
    static final int MIN_EVENT_BYTES = 100;
    /** How many times what was sent the query may become by being merged into each event. */
    static final int MAX_GROWTH = 10;

    /** Stands for what can't be read, so that ids can't be taken out of it either. */
    private static final String LEFT_OUT = "[left out: the visitor is anonymous]";

    private static final String PAYLOAD_SCHEMA = "iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-";

    /** Everything in this request, in its order; at least one item. */
    public List<Parsed> parse(RawHit hit) {
        if (hit.path().equals(UriRedirect.PATH)) {
            return UriRedirect.parse(hit);
        }
        if (hit.path().equals(IgluWebhook.PATH)) {
            return IgluWebhook.parse(hit);
        }
        if (hasBody(hit)) {
            return body(hit);
        }
        if (hit.query().isEmpty()) {
            return whole(hit, BadReason.EMPTY_REQUEST, "The request carries neither a body nor a query.");
        }
        var fields = new Fields();
        QueryString.forEach(hit.query(), fields::put);
        return List.of(EventReader.read(0, fields, hit.visitor().anonymous()));
    }

    static boolean hasBody(RawHit hit) {
        return hit.method() == RawHit.Method.POST && hit.body().length > 0;
    }

    private static List<Parsed> body(RawHit hit) {
        JsonValue body;
        try {
            body = JsonReader.read(text(hit.body()));
        } catch (JsonProblem e) {
            BadReason reason = e.beyondLimits() ? BadReason.JSON_LIMIT : BadReason.NOT_JSON;
            return whole(hit, reason, "The body can't be read as JSON: " + e.getMessage() + ".");
        }
        if (!(body instanceof JsonValue.Obj payload) || !isPayloadData(payload.text("schema"))) {
            return whole(
                    hit,
                    BadReason.WRONG_SCHEMA,
                    "The body is JSON but not a payload_data 1-0-x. Point only trackers at this address.");
        }
        if (!(payload.members().get("data") instanceof JsonValue.Arr(var items)) || items.isEmpty()) {
            return whole(hit, BadReason.NO_EVENTS, "The body's data is not a list with at least one event.");
        }
        String tooMany = tooMany(hit, items.size());
        return tooMany == null ? events(hit, items) : whole(hit, BadReason.TOO_MANY_EVENTS, tooMany);
    }

    /** What is wrong with so many events in this request; null when nothing is. */
    static @Nullable String tooMany(RawHit hit, int events) {
        if (events > MAX_EVENTS) {
            return events + " events in one request. Send at most " + MAX_EVENTS + ".";
        }
        if (events > FREE_EVENTS && (long) events * MIN_EVENT_BYTES > hit.body().length) {
            return events + " events in " + hit.body().length + " bytes. In a request of more than " + FREE_EVENTS
                    + " they have at least " + MIN_EVENT_BYTES + " bytes each, taken together.";
        }
        long sent = hit.query().length() + (long) hit.body().length;
        if ((long) events * hit.query().length() > MAX_GROWTH * sent) {
            return events + " events, each of which a query of " + hit.query().length()
                    + " characters is merged into. Say it in the events.";
        }
        return null;
    }

    private static List<Parsed> events(RawHit hit, List<JsonValue> items) {
        var parsed = new ArrayList<Parsed>(items.size());
        Map<String, String> query = new LinkedHashMap<>();
        QueryString.forEach(hit.query(), query::put);
        for (int index = 0; index < items.size(); index++) {
            JsonValue item = items.get(index);
            if (!(item instanceof JsonValue.Obj event)) {
                parsed.add(notAnObject(hit, index, item));
                continue;
            }
            var fields = new Fields();
            for (Map.Entry<String, JsonValue> member : event.members().entrySet()) {
                fields.put(member.getKey(), member.getValue());
            }
            query.forEach(fields::put);
            parsed.add(EventReader.read(index, fields, hit.visitor().anonymous()));
        }
        return parsed;
    }

    static Parsed notAnObject(RawHit hit, int index, JsonValue item) {
        return new Parsed.Rejected(
                index,
                BadReason.NOT_AN_OBJECT,
                "An item of the body's data is not an object.",
                null,
                hit.visitor().anonymous() ? LEFT_OUT : JsonWriter.write(item));
    }

    private static boolean isPayloadData(@Nullable String schema) {
        if (schema == null || !schema.startsWith(PAYLOAD_SCHEMA) || schema.length() == PAYLOAD_SCHEMA.length()) {
            return false;
        }
        return schema.chars().skip(PAYLOAD_SCHEMA.length()).allMatch(c -> c >= '0' && c <= '9');
    }

    /** The one rejection of a request that is bad as a whole. */
    public static List<Parsed> whole(RawHit hit, BadReason reason, String detail) {
        return List.of(new Parsed.Rejected(0, reason, detail, null, raw(hit)));
    }

    // As an HTTP request looks, without headers: those hold who asked, not what was sent.
    private static String raw(RawHit hit) {
        if (hit.visitor().anonymous()) {
            return hit.method() + " " + hit.path() + " " + LEFT_OUT;
        }
        String query = hit.query().isEmpty() ? "" : "?" + hit.query();
        String body = hit.body().length == 0 ? "" : "\n\n" + text(hit.body());
        return hit.method() + " " + hit.path() + query + body;
    }

    static String text(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }
}
