package dev.sluice.processor.protocol;

import dev.sluice.common.RawHit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What services that know no tracker send: {@code POST} or {@code GET /com.snowplowanalytics.iglu/v1?schema=iglu:…}, each a
 * self-describing event. What it says is the JSON body (of a list, each item is an event), or the fields of a form, or, without
 * a body, the remaining parameters of the query. Without {@code schema} in the query the body may be self-describing itself.
 * Stateless.
 */
final class IgluWebhook {
    static final String PATH = "/com.snowplowanalytics.iglu/v1";

    private static final String SCHEMA = "schema";
    /** Parameters of the query that mean here what they mean to a tracker. */
    private static final Set<Param> ENVELOPE =
            EnumSet.of(Param.SITE_ID, Param.NETWORK_ID, Param.EVENT_ID, Param.TRUE_TIME, Param.URL, Param.PLATFORM);

    private final RawHit hit;
    private final Map<String, String> envelope = new LinkedHashMap<>();
    private final Map<String, JsonValue> rest = new LinkedHashMap<>();
    private @Nullable String schema;

    private IgluWebhook(RawHit hit) {
        this.hit = hit;
        QueryString.forEach(hit.query(), (name, value) -> {
            Param param = Param.of(name);
            if (name.equals(SCHEMA)) {
                schema = value;
            } else if (param != null && ENVELOPE.contains(param)) {
                envelope.put(name, value);
            } else {
                rest.put(Text.clean(name), new JsonValue.Text(value));
            }
        });
    }

    static List<Parsed> parse(RawHit hit) {
        return new IgluWebhook(hit).parse();
    }

    private List<Parsed> parse() {
        if (!TrackerProtocol.hasBody(hit)) {
            return rest.isEmpty()
                    ? TrackerProtocol.whole(
                            hit, BadReason.EMPTY_REQUEST, "Neither a body nor a parameter says anything.")
                    : List.of(event(0, schema, new JsonValue.Obj(rest)));
        }
        String body = TrackerProtocol.text(hit.body());
        if (hit.header("content-type").toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded")) {
            Map<String, JsonValue> fields = new LinkedHashMap<>();
            QueryString.forEach(body, (name, value) -> fields.put(Text.clean(name), new JsonValue.Text(value)));
            return List.of(event(0, schema, new JsonValue.Obj(fields)));
        }
        try {
            return events(JsonReader.read(body));
        } catch (JsonProblem e) {
            BadReason reason = e.beyondLimits() ? BadReason.JSON_LIMIT : BadReason.NOT_JSON;
            return TrackerProtocol.whole(hit, reason, "The body can't be read as JSON: " + e.getMessage() + ".");
        }
    }

    private List<Parsed> events(JsonValue body) {
        List<JsonValue> items = body instanceof JsonValue.Arr(var list) ? list : List.of(body);
        if (items.isEmpty()) {
            return TrackerProtocol.whole(hit, BadReason.NO_EVENTS, "The body is an empty list.");
        }
        String tooMany = TrackerProtocol.tooMany(hit, items.size());
        if (tooMany != null) {
            return TrackerProtocol.whole(hit, BadReason.TOO_MANY_EVENTS, tooMany);
        }
        var parsed = new ArrayList<Parsed>(items.size());
        for (int index = 0; index < items.size(); index++) {
            parsed.add(item(index, items.get(index)));
        }
        return parsed;
    }

    private Parsed item(int index, JsonValue item) {
        if (!(item instanceof JsonValue.Obj said)) {
            return TrackerProtocol.notAnObject(hit, index, item);
        }
        if (schema != null) {
            return event(index, schema, said);
        }
        JsonValue inner = said.members().get("data");
        return event(index, said.text(SCHEMA), inner == null ? said : inner);
    }

    private Parsed event(int index, @Nullable String named, JsonValue data) {
        var fields = new Fields();
        envelope.forEach(fields::put);
        if (TrackerProtocol.hasBody(hit)) {
            // What no tracker means by them is kept; what it does mean is not for a webhook to say.
            rest.forEach((name, value) -> {
                if (Param.of(name) == null) {
                    fields.put(name, value);
                }
            });
        }
        fields.put(Param.TRACKER_VERSION, "com.snowplowanalytics.iglu-v1");
        fields.putIfAbsent(Param.PLATFORM, "srv");
        JsonValue.Obj said = SelfDescribing.wrap(named == null ? "" : named, data);
        fields.putSelfDescribing(said);
        if (SelfDescribing.of(said) == null) {
            if (hit.visitor().anonymous()) {
                Anonymiser.cleanUnread(fields);
            }
            return new Parsed.Rejected(
                    index,
                    BadReason.BAD_SELF_DESCRIBING,
                    "The parameter schema is missing, or not iglu:vendor/name/format/version.",
                    fields.get(Param.SITE_ID),
                    fields.toJson());
        }
        return EventReader.read(index, fields, hit.visitor().anonymous());
    }
}
