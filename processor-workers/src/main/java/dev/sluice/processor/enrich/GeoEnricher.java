package dev.sluice.processor.enrich;

import dev.sluice.common.RawHit;
import dev.sluice.common.table.Columns;
import dev.sluice.processor.Enricher;
import dev.sluice.processor.EventContext;
import dev.sluice.processor.geo.Place;
import dev.sluice.processor.geo.Places;
import java.net.InetAddress;

/**
 * Where the visitor is, by the whole address, of which less is kept. Of anonymous visitors nothing is looked up: a city is
 * something kept of who it was. Never throws.
 */
public final class GeoEnricher implements Enricher {
    private final Places places;

    public GeoEnricher(Places places) {
        this.places = places;
    }

    @Override
    public String name() {
        return "geo";
    }

    @Override
    public String dataVersion() {
        return places.version();
    }

    @Override
    public void enrich(EventContext event) {
        RawHit.Visitor visitor = event.hit().visitor();
        InetAddress address = visitor.anonymous() ? null : Addresses.parse(visitor.ip());
        if (address == null) {
            return;
        }
        Place place = places.of(address);
        event.text(Columns.GEO_COUNTRY, place.country())
                .text(Columns.GEO_REGION, place.region())
                .text(Columns.GEO_CITY, place.city());
    }
}
