package dev.sluice.ingest.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * The site ids ({@code aid}) that are recorded; an empty list is all. Keeps out strays and the senders of others, not whoever
 * reads a page's source: an id is no secret. Immutable, thread-safe.
 */
public final class SiteList {
    private static final String SITE_ID = "aid";
    private static final String EVENTS = "data";

    /** As the processor's own, so that what can't be judged here can't become a row there. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(64)
                    .maxNumberLength(1_000)
                    .maxTokenCount(250_000)
                    .build())
            .build();

    private final Set<String> ids;

    public SiteList(List<String> ids) {
        this.ids = Set.copyOf(ids);
    }

    boolean isOpen() {
        return ids.isEmpty();
    }

    /** The site that a query names, which then is that of every event of the request; null when it names none. */
    static @Nullable String of(String query) {
        return RawQuery.last(query, SITE_ID);
    }

    boolean has(String id) {
        return ids.contains(id);
    }

    /**
     * Whether one of the events in this body is of a site that is recorded. So is a body that can't be read, or holds no event:
     * it becomes a bad row that somebody can look at.
     */
    boolean hasAnyOf(byte[] body) {
        if (body.length == 0) {
            return false;
        }
        // Bytes that are no UTF-8 are read as leniently as later on.
        try (JsonParser parser =
                FACTORY.createParser(ObjectReadContext.empty(), new String(body, StandardCharsets.UTF_8))) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return true;
            }
            boolean known = true;
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken value = parser.nextToken();
                if (name.equals(EVENTS) && value == JsonToken.START_ARRAY) {
                    known = hasAnyOf(parser);
                } else {
                    parser.skipChildren();
                }
            }
            return known;
        } catch (JacksonException _) {
            return true;
        }
    }

    private boolean hasAnyOf(JsonParser events) {
        boolean empty = true;
        boolean known = false;
        for (JsonToken item = events.nextToken(); item != JsonToken.END_ARRAY; item = events.nextToken()) {
            empty = false;
            if (item == JsonToken.START_OBJECT) {
                known |= isKnown(events);
            } else {
                events.skipChildren();
            }
        }
        return empty || known;
    }

    // Of an id that comes twice the last one counts, as it does later on.
    private boolean isKnown(JsonParser event) {
        boolean known = false;
        for (String name = event.nextName(); name != null; name = event.nextName()) {
            JsonToken value = event.nextToken();
            if (name.equals(SITE_ID)) {
                known = value.isScalarValue() && ids.contains(event.getString());
            }
            event.skipChildren();
        }
        return known;
    }
}
