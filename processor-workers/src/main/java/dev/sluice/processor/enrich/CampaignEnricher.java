package dev.sluice.processor.enrich;

import dev.sluice.common.table.Column;
import dev.sluice.common.table.Columns;
import dev.sluice.processor.Enricher;
import dev.sluice.processor.EventContext;
import dev.sluice.processor.protocol.QueryString;
import java.util.Locale;

/**
 * Which campaign and which paid click brought this page view: from the query of the page's URL, also beyond what {@code
 * page_query} has room for. Names in any case; of a repeated one the first that isn't empty counts, and so does the
 * first click id.
 */
public final class CampaignEnricher implements Enricher {
    private final CampaignRules rules;

    public CampaignEnricher(CampaignRules rules) {
        this.rules = rules;
    }

    @Override
    public String name() {
        return "campaign";
    }

    @Override
    public void enrich(EventContext event) {
        String url = event.isPageView() ? PageEnricher.url(event) : null;
        String query = url == null ? null : LenientUrl.of(url).query();
        if (query != null) {
            QueryString.forEach(query, (name, value) -> parameter(event, name.toLowerCase(Locale.ROOT), value));
        }
    }

    private void parameter(EventContext event, String name, String value) {
        if (value.isEmpty()) {
            return;
        }
        Column<String> column = rules.column(name);
        if (column != null && event.get(column) == null) {
            event.text(column, value);
        }
        String network = rules.network(name);
        if (network != null && event.get(Columns.CLICK_ID) == null) {
            event.text(Columns.CLICK_ID, value).text(Columns.CLICK_NETWORK, network);
        }
    }
}
