package dev.sluice.processor.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * Text to {@link JsonValue}, strictly and within limits that keep hostile input from costing stack or heap.
 * Thread-safe.
 */
public final class JsonReader {
    /** Real entities nest less than ten deep; this is far below what a thread's stack or the warehouse takes. */
    public static final int MAX_DEPTH = 64;
    /** Digits of one number. */
    static final int MAX_NUMBER_CHARS = 1_000;
    /** Of one document: about 20 MB of heap at worst. */
    static final int MAX_TOKENS = 250_000;

    private static final JsonValue.Null NULL = new JsonValue.Null();
    private static final JsonValue.Bool TRUE = new JsonValue.Bool(true);
    private static final JsonValue.Bool FALSE = new JsonValue.Bool(false);
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_CHARS)
                    .maxTokenCount(MAX_TOKENS)
                    .build())
            .build();

    private JsonReader() {}

    /**
     * The one value in this text.
     *
     * @throws JsonProblem when there is none, when something follows it, or when a limit is passed
     */
    public static JsonValue read(String text) throws JsonProblem {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new JsonProblem("it is empty", false);
            }
            JsonValue value = value(parser, first);
            if (parser.nextToken() != null) {
                throw new JsonProblem("something follows the value" + at(parser.currentTokenLocation()), false);
            }
            return value;
        } catch (StreamConstraintsException e) {
            throw new JsonProblem(
                    "deeper than " + MAX_DEPTH + " levels, a number longer than " + MAX_NUMBER_CHARS
                            + " characters, or more than " + MAX_TOKENS + " tokens" + at(e.getLocation()),
                    true);
        } catch (JacksonException e) {
            throw new JsonProblem("not JSON" + at(e.getLocation()), false);
        }
    }

    // Recursion is bounded: the parser refuses to go deeper than MAX_DEPTH.
    private static JsonValue value(JsonParser parser, JsonToken token) throws JsonProblem {
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> new JsonValue.Text(parser.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonValue.Num(parser.getString());
            case VALUE_TRUE -> TRUE;
            case VALUE_FALSE -> FALSE;
            case VALUE_NULL -> NULL;
            case END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                throw new JsonProblem("not JSON" + at(parser.currentTokenLocation()), false);
        };
    }

    private static JsonValue object(JsonParser parser) throws JsonProblem {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            // Cleaned here, as two names that are one after it must not be written both.
            members.put(Text.clean(name), value(parser, next(parser)));
        }
        return new JsonValue.Obj(members);
    }

    private static JsonValue array(JsonParser parser) throws JsonProblem {
        List<JsonValue> items = new ArrayList<>();
        for (JsonToken token = next(parser); token != JsonToken.END_ARRAY; token = next(parser)) {
            items.add(value(parser, token));
        }
        return new JsonValue.Arr(items);
    }

    private static JsonToken next(JsonParser parser) throws JsonProblem {
        JsonToken token = parser.nextToken();
        if (token == null) {
            throw new JsonProblem("it ends early", false);
        }
        return token;
    }

    // Jackson doesn't know where it was when some limits are passed.
    private static String at(@Nullable TokenStreamLocation location) {
        return location == null ? "" : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }
}
