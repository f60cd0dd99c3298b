package dev.sluice.processor.protocol;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A piece of JSON as a sender wrote it. Numbers keep their text, so that nothing is rounded on the way; of keys that
 * occur twice in one object the last one counts. Immutable as long as nobody changes the collections handed in.
 */
public sealed interface JsonValue {
    /** Members in the order they came. */
    record Obj(Map<String, JsonValue> members) implements JsonValue {
        /** With one member, a string. */
        static Obj of(String name, String value) {
            return new Obj(Map.of(name, new JsonValue.Text(value)));
        }

        /** A member's string; null when it is missing or something else. */
        public @Nullable String text(String name) {
            return members.get(name) instanceof Text(String value) ? value : null;
        }

        /** A member's string, number or boolean as text; null when it is missing or something else. */
        public @Nullable String scalar(String name) {
            JsonValue value = members.get(name);
            return value == null ? null : value.scalar();
        }
    }

    record Arr(List<JsonValue> items) implements JsonValue {}

    record Text(String value) implements JsonValue {}

    /** @param literal as written, a valid JSON number */
    record Num(String literal) implements JsonValue {}

    record Bool(boolean value) implements JsonValue {}

    record Null() implements JsonValue {}

    /** A string, number or boolean as text; null for everything else. */
    default @Nullable String scalar() {
        return switch (this) {
            case Text(String value) -> value;
            case Num(String literal) -> literal;
            case Bool(boolean value) -> Boolean.toString(value);
            case Obj _, Arr _, Null _ -> null;
        };
    }
}
