package dev.sluice.processor.schema;

import dev.sluice.processor.protocol.JsonValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@link JsonValue} in the form that the validator reads. */
final class Nodes {
    private static final JsonNodeFactory FACTORY = JsonNodeFactory.instance;
    private static final int MAX_LONG_CHARS = 18;
    /** Beyond this the warehouse is given a string, so that is what the schema is asked about. */
    private static final int MAX_DIGITS = 38;

    private Nodes() {}

    // Recursion is bounded by the reader's depth.
    static JsonNode of(JsonValue value) {
        return switch (value) {
            case JsonValue.Obj(var members) -> object(members);
            case JsonValue.Arr(var items) -> {
                ArrayNode array = FACTORY.arrayNode(items.size());
                items.forEach(item -> array.add(of(item)));
                yield array;
            }
            case JsonValue.Text(String text) -> FACTORY.stringNode(text);
            case JsonValue.Num(String literal) -> number(literal);
            case JsonValue.Bool(boolean bool) -> FACTORY.booleanNode(bool);
            case JsonValue.Null _ -> FACTORY.nullNode();
        };
    }

    private static ObjectNode object(Map<String, JsonValue> members) {
        ObjectNode object = FACTORY.objectNode();
        members.forEach((name, member) -> object.set(name, of(member)));
        return object;
    }

    /** Exact, and never so large that counting with it costs more than reading it. */
    private static JsonNode number(String literal) {
        boolean whole = literal.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
        if (whole && literal.length() <= MAX_LONG_CHARS) {
            return FACTORY.numberNode(Long.parseLong(literal));
        }
        double size = Math.abs(Double.parseDouble(literal));
        if (literal.length() > MAX_DIGITS || Double.isInfinite(size)) {
            return FACTORY.stringNode(literal);
        }
        if (whole) {
            return FACTORY.numberNode(new BigInteger(literal));
        }
        return size < Double.MIN_NORMAL ? FACTORY.numberNode(0.0) : FACTORY.numberNode(new BigDecimal(literal));
    }
}
