package dev.sluice.processor.protocol;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes out of an anonymous visitor's event what tells one visitor, or one session, from another, whatever the sender put
 * there: parameters, members of entities, and the cross-domain {@code _sp} of addresses. What is only about this view (its
 * page view id, its event id) stays. Stateless.
 */
public final class Anonymiser {
    private static final Set<Param> IDS = EnumSet.of(
            Param.VISITOR_ID,
            Param.SESSION_ID,
            Param.SESSION_INDEX,
            Param.NETWORK_ID,
            Param.TRUSTED_NETWORK_ID,
            Param.USER_ID,
            Param.OLD_FINGERPRINT,
            Param.IP);
    private static final List<Param> ADDRESSES = List.of(Param.URL, Param.REFERRER);
    private static final List<Param> DOCUMENTS =
            List.of(Param.ENTITIES, Param.ENTITIES_ENCODED, Param.SELF_DESCRIBING, Param.SELF_DESCRIBING_ENCODED);

    /** Members that are ids, by entity. */
    private static final Map<String, Set<String>> ENTITY_IDS = Map.of(
            "com.snowplowanalytics.snowplow/client_session",
            Set.of("userId", "sessionId", "previousSessionId", "sessionIndex", "firstEventId", "firstEventTimestamp"),
            "com.snowplowanalytics.snowplow/browser_context",
            Set.of("tabId"),
            "com.snowplowanalytics.snowplow/mobile_context",
            Set.of("openIdfa", "appleIdfa", "appleIdfv", "androidIdfa", "appSetId"));

    /** Entities that are nothing but ids. */
    private static final Set<String> ID_ENTITIES = Set.of("com.google.analytics/cookies", "com.google.ga4/cookies");

    private static final String CROSS_DOMAIN = "_sp";

    private Anonymiser() {}

    /** The parameters that hold ids go; those that hold addresses lose what is one in them. */
    static void clean(Fields fields) {
        IDS.forEach(fields::remove);
        for (Param param : ADDRESSES) {
            String address = fields.get(param);
            if (address != null) {
                fields.put(param, address(address));
            }
        }
    }

    /** As {@link #clean}, for parameters that nobody read further: JSON that can't be read can't be cleaned, so it goes. */
    static void cleanUnread(Fields fields) {
        clean(fields);
        for (Param param : DOCUMENTS) {
            String text = fields.get(param);
            if (text != null) {
                String cleaned = cleanDocument(text);
                fields.put(param, cleaned == null ? "" : cleaned);
            }
        }
    }

    private static @Nullable String cleanDocument(String text) {
        String json = text.stripLeading().startsWith("{") ? text : LenientBase64.decode(text);
        try {
            return json == null ? null : JsonWriter.write(clean(JsonReader.read(json)));
        } catch (JsonProblem _) {
            return null;
        }
    }

    /** A JSON document with the ids of all entities in it taken out, at any depth. */
    static JsonValue clean(JsonValue value) {
        return switch (value) {
            case JsonValue.Obj object -> clean(object);
            case JsonValue.Arr(var items) -> {
                var cleaned = new ArrayList<JsonValue>(items.size());
                for (JsonValue item : items) {
                    if (!isOnlyIds(item)) {
                        cleaned.add(clean(item));
                    }
                }
                yield new JsonValue.Arr(cleaned);
            }
            case JsonValue.Text(String text) -> new JsonValue.Text(address(text));
            case JsonValue.Num _, JsonValue.Bool _, JsonValue.Null _ -> value;
        };
    }

    private static JsonValue clean(JsonValue.Obj object) {
        Set<String> ids = idsOf(object);
        Map<String, JsonValue> cleaned = new LinkedHashMap<>();
        object.members().forEach((name, member) -> {
            JsonValue rest = clean(member);
            if (name.equals("data") && !ids.isEmpty() && rest instanceof JsonValue.Obj(var members)) {
                members.keySet().removeAll(ids);
            }
            cleaned.put(name, rest);
        });
        return new JsonValue.Obj(cleaned);
    }

    private static Set<String> idsOf(JsonValue.Obj object) {
        SelfDescribing entity = object.text("schema") == null ? null : SelfDescribing.of(object);
        return entity == null ? Set.of() : ENTITY_IDS.getOrDefault(entity.vendor() + "/" + entity.name(), Set.of());
    }

    private static boolean isOnlyIds(JsonValue item) {
        SelfDescribing entity = SelfDescribing.of(item);
        return entity != null && ID_ENTITIES.contains(entity.vendor() + "/" + entity.name());
    }

    /** A URL without the {@code _sp} by which a tracker hands a visitor on to another site; any other text as it is. */
    public static String address(String url) {
        int i = start(url);
        if (i == url.length()) {
            return url;
        }
        var out = new StringBuilder(url.length()).append(url, 0, i);
        // What stood before a part that went: the next one of its list takes its place.
        char orphan = 0;
        while (i < url.length()) {
            int end = i + 1;
            while (end < url.length() && !isDelimiter(url.charAt(end))) {
                end++;
            }
            char delimiter = url.charAt(i);
            if (isCrossDomain(url, i + 1, end)) {
                orphan = orphan == 0 && delimiter != '&' ? delimiter : orphan;
            } else {
                out.append(orphan != 0 && delimiter == '&' ? orphan : delimiter).append(url, i + 1, end);
                orphan = 0;
            }
            i = end;
        }
        return out.toString();
    }

    private static int start(String url) {
        int i = 0;
        while (i < url.length() && url.charAt(i) != '?' && url.charAt(i) != '#') {
            i++;
        }
        return i;
    }

    private static boolean isDelimiter(char c) {
        return c == '?' || c == '&' || c == '#';
    }

    private static boolean isCrossDomain(String url, int from, int to) {
        int equals = url.indexOf('=', from, to);
        int end = equals < 0 ? to : equals;
        return end > from && QueryString.decode(url, from, end).equals(CROSS_DOMAIN);
    }
}
