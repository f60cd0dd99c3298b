package dev.sluice.processor;

import dev.sluice.processor.protocol.JsonValue;
import dev.sluice.processor.protocol.JsonWriter;
import dev.sluice.processor.protocol.Param;
import dev.sluice.processor.protocol.SelfDescribing;
import dev.sluice.processor.protocol.Text;
import dev.sluice.processor.protocol.TrackerEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Builds the column {@code context}: what an event carried and no column took. NULL when that is nothing; else an
 * object with those of these members that are not empty:
 *
 * <pre>
 * entities   {"vendor/name": [{"version": "1-0-0", "data": …}, …]}
 * fields     {"name": "value"}: parameters without a column, by name
 * extensions {"name": …}: what extensions found
 * invalid    {"name": "value"}: what made no sense and so is NULL in its column
 * truncated  ["column"]: what was cut to its column's bytes, or left out as it was too large for SUPER
 * dropped    ["entities.vendor/name", "fields.name"]: what would have made this document too large
 * </pre>
 *
 * The web_page entity is left out when it holds nothing but the id that is in {@code page_view_id}.
 */
final class ContextDocument {
    /** Of one SUPER value, with room below the 1 MB that every Redshift cluster takes. */
    static final int MAX_BYTES = 1_000_000;

    static final String WEB_PAGE = "com.snowplowanalytics.snowplow/web_page";

    // Kept free for the lists at the end, which are bounded by their own numbers.
    private static final int PARTS_MAX_BYTES = MAX_BYTES - 100_000;
    private static final int MAX_DROPPED_NAMES = 100;
    private static final int MAX_NAME_BYTES = 256;

    private final EventContext event;
    private final StringBuilder out = new StringBuilder();
    private final List<JsonValue> dropped = new ArrayList<>();
    /** Of the parts in {@link #out}, without the few that name and close them. */
    private long bytes;

    private ContextDocument(EventContext event) {
        this.event = event;
    }

    /** Sets {@code context} and {@code is_truncated}; after this the row is complete. */
    static void finish(EventContext event) {
        var document = new ContextDocument(event);
        document.entities();
        document.fields();
        document.parts("extensions", event.extras());
        document.notes();
        String json = document.out.isEmpty() ? null : document.out.append('}').toString();
        event.context(json, !event.truncated().isEmpty() || !document.dropped.isEmpty());
    }

    private void entities() {
        Map<String, List<SelfDescribing>> byName = new LinkedHashMap<>();
        for (SelfDescribing entity : event.event().entities()) {
            if (!isOnlyPageViewId(entity)) {
                byName.computeIfAbsent(Text.clean(entity.vendor() + "/" + entity.name()), _ -> new ArrayList<>())
                        .add(entity);
            }
        }
        Map<String, JsonValue> members = new LinkedHashMap<>();
        byName.forEach((name, entities) -> members.put(name, versions(entities)));
        parts("entities", members);
    }

    private static JsonValue versions(List<SelfDescribing> entities) {
        var items = new ArrayList<JsonValue>(entities.size());
        for (SelfDescribing entity : entities) {
            Map<String, JsonValue> item = new LinkedHashMap<>();
            item.put("version", new JsonValue.Text(entity.version()));
            item.put("data", entity.data());
            items.add(new JsonValue.Obj(item));
        }
        return new JsonValue.Arr(items);
    }

    private static boolean isOnlyPageViewId(SelfDescribing entity) {
        return entity.is(WEB_PAGE)
                && entity.data() instanceof JsonValue.Obj data
                && data.members().size() == 1
                && data.text("id") != null;
    }

    private void fields() {
        TrackerEvent sent = event.event();
        SortedMap<String, JsonValue> members = new TreeMap<>(sent.others());
        for (Param param : Param.values()) {
            String value = param.isContextOf(sent.type()) ? sent.get(param) : null;
            if (value != null) {
                members.put(param.wireName(), new JsonValue.Text(value));
            }
        }
        parts("fields", members);
    }

    private void notes() {
        if (!event.invalid().isEmpty()) {
            member("invalid", new JsonValue.Obj(event.invalid()));
        }
        if (!event.truncated().isEmpty()) {
            List<JsonValue> names = new ArrayList<>();
            event.truncated().forEach(name -> names.add(new JsonValue.Text(name)));
            member("truncated", new JsonValue.Arr(names));
        }
        if (!dropped.isEmpty()) {
            member("dropped", new JsonValue.Arr(dropped));
        }
    }

    /** Appends an object of those members that still fit. */
    private void parts(String name, Map<String, JsonValue> members) {
        if (members.isEmpty()) {
            return;
        }
        int before = out.length();
        open(name);
        char separator = '{';
        for (Map.Entry<String, JsonValue> member : members.entrySet()) {
            int start = out.length();
            out.append(separator);
            JsonWriter.string(member.getKey(), out);
            out.append(':');
            JsonWriter.write(member.getValue(), out);
            // Only the new piece is measured: there may be a hundred thousand of them.
            long added = Text.bytes(out, start);
            if (bytes + added > PARTS_MAX_BYTES) {
                out.setLength(start);
                drop(name + "." + member.getKey());
            } else {
                bytes += added;
                separator = ',';
            }
        }
        if (separator == '{') {
            out.setLength(before);
        } else {
            out.append('}');
        }
    }

    private void drop(String name) {
        if (dropped.size() < MAX_DROPPED_NAMES) {
            dropped.add(new JsonValue.Text(Text.cut(Text.clean(name), MAX_NAME_BYTES)));
        }
    }

    private void member(String name, JsonValue value) {
        open(name);
        JsonWriter.write(value, out);
    }

    private void open(String name) {
        out.append(out.isEmpty() ? '{' : ',');
        JsonWriter.string(name, out);
        out.append(':');
    }
}
