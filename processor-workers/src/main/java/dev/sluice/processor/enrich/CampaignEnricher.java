package dev.sluice.processor.enrich;

import dev.sluice.common.table.Column;
import dev.sluice.common.table.Columns;
import dev.sluice.processor.Enricher;
import dev.sluice.processor.EventContext;
import dev.sluice.processor.protocol.QueryString;
import java.util.Locale;
import java.util.Map;

/**
 * Which campaign and which paid click brought this page view: from the query of the page's URL, also beyond what {@code
 * page_query} has room for. Names in any case; of a repeated one the first that isn't empty counts, and so does the
 * first click id.
 */
public final class CampaignEnricher implements Enricher {
    private static final Map<String, Column<String>> CAMPAIGN = Map.of(
            "utm_source", Columns.UTM_SOURCE,
            "utm_medium", Columns.UTM_MEDIUM,
            "utm_campaign", Columns.UTM_CAMPAIGN,
            "utm_term", Columns.UTM_TERM,
            "utm_content", Columns.UTM_CONTENT);

    /** Who puts which parameter on the links of the advertisements they sell. */
    private static final Map<String, String> CLICK_NETWORKS = Map.ofEntries(
            Map.entry("gclid", "Google"),
            Map.entry("gbraid", "Google"),
            Map.entry("wbraid", "Google"),
            Map.entry("dclid", "DoubleClick"),
            Map.entry("msclkid", "Microsoft"),
            Map.entry("fbclid", "Facebook"),
            Map.entry("ttclid", "TikTok"),
            Map.entry("twclid", "Twitter"),
            Map.entry("li_fat_id", "LinkedIn"),
            Map.entry("epik", "Pinterest"),
            Map.entry("rdt_cid", "Reddit"),
            Map.entry("sccid", "Snapchat"),
            Map.entry("yclid", "Yandex"));

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

    private static void parameter(EventContext event, String name, String value) {
        if (value.isEmpty()) {
            return;
        }
        Column<String> column = CAMPAIGN.get(name);
        if (column != null && event.get(column) == null) {
            event.text(column, value);
        }
        String network = CLICK_NETWORKS.get(name);
        if (network != null && event.get(Columns.CLICK_ID) == null) {
            event.text(Columns.CLICK_ID, value).text(Columns.CLICK_NETWORK, network);
        }
    }
}
