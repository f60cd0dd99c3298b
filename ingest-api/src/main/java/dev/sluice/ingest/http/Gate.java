package dev.sluice.ingest.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns requests away that are not to be recorded, as early and as cheaply as can be. Thread-safe. */
public final class Gate {
    private final Limits limits;
    private final OriginList origins;
    private final SiteList sites;
    private final AddressLimiter limiter;

    /**
     * How much of a query is taken.
     *
     * @param uri characters of path and query
     * @param parameters in the query
     */
    public record Limits(int uri, int parameters) {}

    public Gate(Limits limits, OriginList origins, SiteList sites, AddressLimiter limiter) {
        this.limits = limits;
        this.origins = origins;
        this.sites = sites;
        this.limiter = limiter;
    }

    /** Whether pages of this origin may send, and read what is answered. */
    boolean admits(HttpServletRequest request, @Nullable String origin) {
        return origins.admits(request, origin);
    }

    /** Why this request is not taken, by what is known before its body is read; empty when nothing speaks against it. */
    Optional<Outcome> refusal(HttpServletRequest request, Caller caller) {
        if (caller.declined() != null) {
            return Optional.of(caller.declined());
        }
        if (!limiter.admits(caller.address())) {
            return Optional.of(Outcome.RATE);
        }
        String query = HitReader.queryOf(request);
        if (request.getRequestURI().length() + query.length() > limits.uri()) {
            return Optional.of(Outcome.URI_TOO_LONG);
        }
        if (RawQuery.pairs(query) > limits.parameters()) {
            return Optional.of(Outcome.TOO_MANY_PARAMETERS);
        }
        return isSiteRefused(request, query) ? Optional.of(Outcome.SITE) : Optional.empty();
    }

    private boolean isSiteRefused(HttpServletRequest request, String query) {
        if (sites.isOpen()) {
            return false;
        }
        String site = SiteList.of(query);
        return site == null ? !bodyTells(request) : !sites.has(site);
    }

    /** As {@link #refusal}, by the body. */
    boolean isRefused(HttpServletRequest request, byte[] body) {
        return !sites.isOpen() && SiteList.of(HitReader.queryOf(request)) == null && !sites.hasAnyOf(body);
    }

    // A webhook's body is anything; its site is a parameter.
    private static boolean bodyTells(HttpServletRequest request) {
        return request.getMethod().equals("POST") && !request.getRequestURI().equals(Routes.WEBHOOK);
    }
}
