package dev.sluice.processor.enrich;

import dev.sluice.common.RawHit;
import dev.sluice.common.TransportId;
import dev.sluice.common.table.Columns;
import dev.sluice.processor.Enricher;
import dev.sluice.processor.EnrichmentPipeline;
import dev.sluice.processor.EventContext;
import dev.sluice.processor.EventOrigin;
import dev.sluice.processor.protocol.JsonValue;
import dev.sluice.processor.protocol.Param;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which event, from which site and tracker, of which visitor, in which session and page view.
 *
 * <p>The network id of an anonymous visitor is NULL whatever the client sent; else {@code tnuid} wins over {@code
 * nuid}, and both over the collector's cookie.
 */
public final class IdentityEnricher implements Enricher {
    private static final String WEB_PAGE = "com.snowplowanalytics.snowplow/web_page";
    private static final String CLIENT_SESSION = "com.snowplowanalytics.snowplow/client_session";

    @Override
    public String name() {
        return "identity";
    }

    @Override
    public void enrich(EventContext event) {
        EventOrigin origin = event.origin();
        event.text(Columns.INGEST_EPOCH, origin.id().epoch().toString())
                .set(Columns.INGEST_SEQ, origin.id().seq())
                .set(Columns.INGEST_INDEX, origin.index())
                .text(Columns.ENRICH_VERSION, EnrichmentPipeline.ENRICH_VERSION)
                .text(Columns.EVENT_TYPE, event.event().type().columnValue())
                .text(Columns.SITE_ID, event.param(Param.SITE_ID))
                .text(Columns.PLATFORM, event.param(Param.PLATFORM))
                .text(Columns.TRACKER_NAME, event.param(Param.TRACKER_NAME))
                .text(Columns.TRACKER_VERSION, event.param(Param.TRACKER_VERSION))
                .text(Columns.VISITOR_ID, event.param(Param.VISITOR_ID))
                .text(Columns.USER_ID, event.param(Param.USER_ID))
                .text(Columns.NETWORK_ID, networkId(event));
        eventId(event);
        pageView(event);
        session(event);
    }

    private static void eventId(EventContext event) {
        String sent = event.param(Param.EVENT_ID);
        if (sent != null && isUuid(sent)) {
            event.text(Columns.EVENT_ID, sent.toLowerCase(Locale.ROOT));
            return;
        }
        if (sent != null) {
            event.invalid(Param.EVENT_ID.wireName(), sent);
        }
        TransportId id = event.origin().id();
        String name =
                "event:" + id.epoch() + ":" + id.seq() + ":" + event.origin().index();
        UUID derived = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        event.text(Columns.EVENT_ID, derived.toString());
    }

    // Not UUID.fromString, which also takes shorter groups of digits.
    private static boolean isUuid(String text) {
        if (text.length() != 36) {
            return false;
        }
        for (int i = 0; i < 36; i++) {
            char c = text.charAt(i);
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            boolean hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
            boolean fits = dash ? c == '-' : hex;
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String networkId(EventContext event) {
        RawHit.Visitor visitor = event.hit().visitor();
        if (visitor.anonymous()) {
            return null;
        }
        String trusted = event.param(Param.TRUSTED_NETWORK_ID);
        String sent = trusted != null ? trusted : event.param(Param.NETWORK_ID);
        String id = sent != null ? sent : visitor.networkId();
        return id.equals(RawHit.Visitor.NO_NETWORK_ID) ? null : id;
    }

    private static void pageView(EventContext event) {
        JsonValue.Obj page = event.event().entity(WEB_PAGE);
        event.text(Columns.PAGE_VIEW_ID, page == null ? null : page.scalar("id"));
    }

    private static void session(EventContext event) {
        JsonValue.Obj entity = event.event().entity(CLIENT_SESSION);
        String id = event.param(Param.SESSION_ID);
        String index = event.param(Param.SESSION_INDEX);
        if (entity != null) {
            id = id != null ? id : entity.scalar("sessionId");
            index = index != null ? index : entity.scalar("sessionIndex");
            event.set(Columns.IS_FIRST_IN_SESSION, isFirst(event, entity));
        }
        event.text(Columns.SESSION_ID, id);
        if (index != null) {
            Integer number = Numbers.integer(index);
            if (number == null) {
                event.invalid(Param.SESSION_INDEX.wireName(), index);
            }
            event.set(Columns.SESSION_INDEX, number);
        }
    }

    // Not known unless the entity says one of the two.
    private static @Nullable Boolean isFirst(EventContext event, JsonValue.Obj session) {
        String eventIndex = session.scalar("eventIndex");
        if (eventIndex != null) {
            return eventIndex.equals("1");
        }
        String first = session.text("firstEventId");
        return first == null ? null : first.equalsIgnoreCase(event.get(Columns.EVENT_ID));
    }
}
