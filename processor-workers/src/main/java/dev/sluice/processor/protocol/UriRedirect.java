package dev.sluice.processor.protocol;

import dev.sluice.common.RawHit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A click on a link that went through the collector, {@code GET /r/tp2?u=…}: a self-describing {@code uri_redirect} with
 * the address as its {@code uri}. When the link carries an event of its own ({@code e}), that event gets it as an entity
 * instead. Stateless.
 */
final class UriRedirect {
    static final String PATH = "/r/tp2";

    private static final String SCHEMA = "iglu:com.snowplowanalytics.snowplow/uri_redirect/jsonschema/1-0-0";
    private static final String ENTITIES_SCHEMA = "iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-0";
    private static final String TARGET = "u";

    private UriRedirect() {}

    static List<Parsed> parse(RawHit hit) {
        var fields = new Fields();
        var targets = new ArrayList<String>(1);
        QueryString.forEach(hit.query(), (name, value) -> {
            if (!name.equals(TARGET)) {
                fields.put(name, value);
            } else if (targets.isEmpty() && !value.isEmpty()) {
                // The first, as the collector redirects to it.
                targets.add(value);
            }
        });
        if (targets.isEmpty()) {
            return TrackerProtocol.whole(hit, BadReason.MISSING_FIELD, "The parameter u is missing or empty.");
        }
        JsonValue redirect = SelfDescribing.wrap(SCHEMA, JsonValue.Obj.of("uri", targets.getFirst()));
        if (fields.get(Param.EVENT) == null) {
            fields.putSelfDescribing(redirect);
        } else {
            addEntity(fields, redirect);
        }
        fields.put(Param.TRACKER_VERSION, "r-tp2");
        fields.putIfAbsent(Param.PLATFORM, "web");
        return List.of(EventReader.read(0, fields, hit.visitor().anonymous()));
    }

    private static void addEntity(Fields fields, JsonValue redirect) {
        List<JsonValue> entities = new ArrayList<>(List.of(redirect));
        String sent = fields.get(Param.ENTITIES);
        if (sent != null) {
            List<JsonValue> others = entities(sent);
            if (others == null) {
                // The reader of the event says what is wrong with them.
                return;
            }
            entities.addAll(others);
        }
        fields.put(Param.ENTITIES, JsonWriter.write(SelfDescribing.wrap(ENTITIES_SCHEMA, new JsonValue.Arr(entities))));
    }

    private static @Nullable List<JsonValue> entities(String json) {
        try {
            if (JsonReader.read(json) instanceof JsonValue.Obj(var members)
                    && members.get("data") instanceof JsonValue.Arr(var items)) {
                return items;
            }
            return null;
        } catch (JsonProblem _) {
            return null;
        }
    }
}
