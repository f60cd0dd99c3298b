package com.example.sluice;

import dev.sluice.common.table.Columns;
import dev.sluice.processor.Enricher;
import dev.sluice.processor.EventContext;
import dev.sluice.processor.protocol.JsonValue;

/** Which section of the shop a page belongs to, and one spelling for the ids of its sites. */
public final class ShopSection implements Enricher {
    @Override
    public String name() {
        return "shop-section";
    }

    @Override
    public void enrich(EventContext event) {
        String site = event.get(Columns.SITE_ID);
        if (site != null) {
            event.text(Columns.SITE_ID, site.toLowerCase(java.util.Locale.ROOT));
        }
        String path = event.get(Columns.PAGE_PATH);
        if (path != null && path.startsWith("/")) {
            int end = path.indexOf('/', 1);
            String section = end < 0 ? path.substring(1) : path.substring(1, end);
            event.extra("shop-section", new JsonValue.Text(section.isEmpty() ? "home" : section));
        }
    }

    /** What it works with: say another version when the same event would get other values. */
    @Override
    public String dataVersion() {
        return "sections 2026-11";
    }
}
