package dev.sluice.processor.enrich;

import dev.sluice.common.RawHit;
import dev.sluice.common.table.Columns;
import dev.sluice.processor.Enricher;
import dev.sluice.processor.EventContext;
import dev.sluice.processor.protocol.Anonymiser;
import dev.sluice.processor.protocol.Param;
import org.jspecify.annotations.Nullable;

/**
 * Which page, and from where. A pixel without {@code url} is on the page that the Referer header names, as it is an
 * image there; for requests that a tracker makes that header says nothing new.
 */
public final class PageEnricher implements Enricher {
    @Override
    public String name() {
        return "page";
    }

    @Override
    public void enrich(EventContext event) {
        String url = url(event);
        event.text(Columns.PAGE_URL, url).text(Columns.PAGE_TITLE, event.param(Param.TITLE));
        if (url != null) {
            LenientUrl parts = LenientUrl.of(url);
            event.text(Columns.PAGE_HOST, parts.host())
                    .text(Columns.PAGE_PATH, parts.path())
                    .text(Columns.PAGE_QUERY, parts.query())
                    .text(Columns.PAGE_FRAGMENT, parts.fragment());
        }
        String referrer = event.param(Param.REFERRER);
        event.text(Columns.REFERRER_URL, referrer);
        if (event.isPageView() && referrer != null) {
            event.text(Columns.REFERRER_HOST, LenientUrl.of(referrer).host());
        }
    }

    /** The page's whole URL, however long; null when nobody said. */
    static @Nullable String url(EventContext event) {
        String sent = event.param(Param.URL);
        if (sent != null || event.hit().method() == RawHit.Method.POST) {
            return sent;
        }
        String header = event.hit().header("referer");
        if (header.isEmpty()) {
            return null;
        }
        return event.hit().visitor().anonymous() ? Anonymiser.address(header) : header;
    }
}
