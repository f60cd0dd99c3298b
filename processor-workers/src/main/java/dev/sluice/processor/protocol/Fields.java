package dev.sluice.processor.protocol;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The parameters of one event, from body and query together. Written by one thread, then read only. */
final class Fields {
    private static final String SELF_DESCRIBING_SCHEMA =
            "iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0";

    private final EnumMap<Param, String> known = new EnumMap<>(Param.class);
    private SortedMap<String, JsonValue> others = Collections.emptySortedMap();

    @Nullable String get(Param param) {
        return known.get(param);
    }

    SortedMap<String, JsonValue> others() {
        return Collections.unmodifiableSortedMap(others);
    }

    /**
     * Takes a value of the body. A later one replaces an earlier one; numbers and booleans become text; null is
     * nothing.
     */
    void put(String name, JsonValue value) {
        if (value instanceof JsonValue.Null) {
            return;
        }
        Param param = Param.of(name);
        if (param == null) {
            other(name, value);
            return;
        }
        String scalar = value.scalar();
        if (scalar != null) {
            put(param, scalar);
        } else if (param == Param.ENTITIES || param == Param.SELF_DESCRIBING) {
            // Some senders put the JSON itself where a string of JSON belongs.
            put(param, JsonWriter.write(value));
        } else {
            other(name, value);
        }
    }

    /** Takes a value of the query. A later one replaces an earlier one, and one of the body. */
    void put(String name, String value) {
        Param param = Param.of(name);
        if (param != null) {
            put(param, value);
        } else {
            other(name, new JsonValue.Text(value));
        }
    }

    /** Sets or, with an empty value, clears a known parameter. */
    void put(Param param, String value) {
        if (value.isEmpty()) {
            known.remove(param);
        } else {
            known.put(param, value);
        }
    }

    void putIfAbsent(Param param, String value) {
        if (known.get(param) == null) {
            put(param, value);
        }
    }

    /** Makes it a self-describing event that says this. */
    void putSelfDescribing(JsonValue said) {
        put(Param.EVENT, "ue");
        put(Param.SELF_DESCRIBING, JsonWriter.write(SelfDescribing.wrap(SELF_DESCRIBING_SCHEMA, said)));
    }

    /** These, but for one; those that aren't known are shared. */
    Fields without(Param param) {
        var fields = new Fields();
        fields.known.putAll(known);
        fields.known.remove(param);
        fields.others = others;
        return fields;
    }

    void remove(Param param) {
        known.remove(param);
    }

    private void other(String name, JsonValue value) {
        if (others.isEmpty()) {
            others = new TreeMap<>();
        }
        others.put(Text.clean(name), value);
    }

    /** All of it as a JSON object, for a person to read. */
    String toJson() {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        known.forEach((param, value) -> members.put(param.wireName(), new JsonValue.Text(value)));
        members.putAll(others);
        return JsonWriter.write(new JsonValue.Obj(members));
    }
}
