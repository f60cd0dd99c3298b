package dev.sluice.processor.protocol;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Data with the name of its schema: an entity, or what a self-describing event says. */
public record SelfDescribing(String vendor, String name, String version, JsonValue data) {
    private static final String SCHEME = "iglu:";

    /** Whether it is of this schema, in any version. */
    public boolean is(String vendorAndName) {
        return vendorAndName.length() == vendor.length() + 1 + name.length()
                && vendorAndName.startsWith(vendor)
                && vendorAndName.endsWith(name);
    }

    /** The value that {@link #of} reads. */
    static JsonValue.Obj wrap(String schema, JsonValue data) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("schema", new JsonValue.Text(schema));
        members.put("data", data);
        return new JsonValue.Obj(members);
    }

    /** Reads {@code {"schema":"iglu:vendor/name/format/version","data":…}}; null when the value is something else. */
    static @Nullable SelfDescribing of(JsonValue value) {
        if (!(value instanceof JsonValue.Obj object)) {
            return null;
        }
        String schema = object.text("schema");
        JsonValue data = object.members().get("data");
        if (schema == null || data == null || !schema.startsWith(SCHEME)) {
            return null;
        }
        int vendorEnd = schema.indexOf('/');
        int nameEnd = schema.indexOf('/', vendorEnd + 1);
        int formatEnd = schema.indexOf('/', nameEnd + 1);
        boolean wellFormed = vendorEnd > SCHEME.length()
                && nameEnd > vendorEnd + 1
                && formatEnd > nameEnd + 1
                && formatEnd < schema.length() - 1
                && schema.indexOf('/', formatEnd + 1) < 0;
        if (!wellFormed) {
            return null;
        }
        return new SelfDescribing(
                schema.substring(SCHEME.length(), vendorEnd),
                schema.substring(vendorEnd + 1, nameEnd),
                schema.substring(formatEnd + 1),
                data);
    }
}
