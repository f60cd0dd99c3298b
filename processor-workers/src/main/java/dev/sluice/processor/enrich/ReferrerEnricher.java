package dev.sluice.processor.enrich;

import dev.sluice.common.table.Columns;
import dev.sluice.processor.Enricher;
import dev.sluice.processor.EventContext;
import dev.sluice.processor.protocol.Param;
import dev.sluice.processor.protocol.QueryString;
import java.net.IDN;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What kind of place a page view came from, which one, and what was searched for there. Runs after {@link PageEnricher}
 * and {@link CampaignEnricher}.
 *
 * <p>A page on the same host, or on one of the internal domains, is {@code internal}; a referrer that nobody knows is
 * {@code unknown}; without a referrer all is NULL. A network of advertisements is {@code paid}, and so is a search
 * engine or social network when the page's URL says that the visit was bought: a {@code utm_medium} for paid clicks, or
 * the id of a click that only advertisements carry. {@code fbclid} and {@code epik} are no such ids: Facebook and
 * Pinterest put them on every link. {@code referrer_source} still says who was paid.
 */
public final class ReferrerEnricher implements Enricher {
    private static final Set<String> PAID_CLICKS = Set.of(
            "gclid",
            "gbraid",
            "wbraid",
            "dclid",
            "msclkid",
            "ttclid",
            "twclid",
            "li_fat_id",
            "rdt_cid",
            "sccid",
            "yclid");
    private static final Set<String> PAID_MEDIUMS = Set.of("cpc", "cpm", "cpv", "cpa", "cpp", "ppc", "retargeting");

    private final Referrers referrers;
    private final Set<String> internal = new HashSet<>();

    /** @param internalDomains each with its subdomains; pages on them refer internally */
    public ReferrerEnricher(List<String> internalDomains) {
        this(internalDomains, Referrers.bundled());
    }

    ReferrerEnricher(List<String> internalDomains, Referrers referrers) {
        this.referrers = referrers;
        internalDomains.forEach(domain -> internal.add(comparable(domain.toLowerCase(Locale.ROOT))));
    }

    @Override
    public String name() {
        return "referrer";
    }

    @Override
    public String dataVersion() {
        return referrers.version();
    }

    @Override
    public void enrich(EventContext event) {
        String referrer = event.isPageView() ? event.param(Param.REFERRER) : null;
        if (referrer == null) {
            return;
        }
        LenientUrl url = LenientUrl.of(referrer);
        String host = url.host() == null ? "" : comparable(url.host());
        if (isInternal(host, event.get(Columns.PAGE_HOST))) {
            event.text(Columns.REFERRER_MEDIUM, "internal");
            return;
        }
        String path = url.path() == null ? "/" : url.path();
        boolean isApp = referrer.regionMatches(true, 0, "android-app:", 0, 12);
        Referrers.Source source = host.isEmpty() ? null : referrers.find(host, path, isApp);
        if (source == null) {
            event.text(Columns.REFERRER_MEDIUM, "unknown");
            return;
        }
        event.text(Columns.REFERRER_MEDIUM, isBought(event, source) ? "paid" : source.medium())
                .text(Columns.REFERRER_SOURCE, source.name())
                .text(Columns.REFERRER_TERM, term(source, url));
    }

    private boolean isInternal(String host, @Nullable String pageHost) {
        if (host.isEmpty()) {
            return false;
        }
        if (pageHost != null && host.equals(comparable(pageHost))) {
            return true;
        }
        if (internal.isEmpty()) {
            return false;
        }
        int start = 0;
        do {
            if (internal.contains(host.substring(start))) {
                return true;
            }
            start = host.indexOf('.', start) + 1;
        } while (start > 0);
        return false;
    }

    private static boolean isBought(EventContext event, Referrers.Source source) {
        if (!source.medium().equals("search") && !source.medium().equals("social")) {
            return false;
        }
        String medium = event.get(Columns.UTM_MEDIUM);
        if (medium != null) {
            String lower = medium.toLowerCase(Locale.ROOT);
            if (lower.startsWith("paid") || PAID_MEDIUMS.contains(lower)) {
                return true;
            }
        }
        String page = PageEnricher.url(event);
        String query = page == null ? null : LenientUrl.of(page).query();
        if (query == null) {
            return false;
        }
        var found = new boolean[1];
        QueryString.forEach(
                query,
                (name, value) -> found[0] |= !value.isEmpty() && PAID_CLICKS.contains(name.toLowerCase(Locale.ROOT)));
        return found[0];
    }

    /** Some engines write it behind the hash. */
    private static @Nullable String term(Referrers.Source source, LenientUrl url) {
        if (source.terms().isEmpty()) {
            return null;
        }
        String term = term(source.terms(), url.query());
        return term != null ? term : term(source.terms(), url.fragment());
    }

    private static @Nullable String term(List<String> names, @Nullable String query) {
        if (query == null) {
            return null;
        }
        var found = new @Nullable String[names.size()];
        QueryString.forEach(query, (name, value) -> {
            int rank = names.indexOf(name.toLowerCase(Locale.ROOT));
            if (rank >= 0 && found[rank] == null && !value.isBlank()) {
                found[rank] = value.strip();
            }
        });
        for (String term : found) {
            if (term != null) {
                return term;
            }
        }
        return null;
    }

    /** A host in the form in which two that are one are equal: ASCII, without "www." and a final dot. */
    private static String comparable(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return Referrers.withoutWww(ascii(name));
    }

    private static String ascii(String host) {
        for (int i = 0; i < host.length(); i++) {
            if (host.charAt(i) >= 0x80) {
                try {
                    return IDN.toASCII(host, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
                } catch (IllegalArgumentException _) {
                    return host;
                }
            }
        }
        return host;
    }
}
