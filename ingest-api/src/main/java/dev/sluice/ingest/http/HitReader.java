package dev.sluice.ingest.http;

import dev.sluice.common.RawHit;
import jakarta.servlet.http.HttpServletRequest;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** Makes a hit of a request: keeps what matters as it came, parses nothing. Immutable, thread-safe. */
public final class HitReader {
    private final NetworkCookie cookie;
    private final InstantSource clock;

    public HitReader(NetworkCookie cookie, InstantSource clock) {
        this.cookie = cookie;
        this.clock = clock;
    }

    /** @param body kept, not copied */
    RawHit read(HttpServletRequest request, RawHit.Method method, Caller caller, byte[] body) {
        String query = queryOf(request);
        return new RawHit(
                clock.instant().truncatedTo(ChronoUnit.MICROS),
                visitor(query, caller),
                method,
                request.getRequestURI(),
                query,
                KeptHeaders.of(request),
                body);
    }

    private RawHit.Visitor visitor(String query, Caller caller) {
        String networkId =
                caller.anonymous() ? RawHit.Visitor.NO_NETWORK_ID : cookie.idOf(query, caller.networkCookie());
        return new RawHit.Visitor(caller.ip(), networkId, caller.anonymous(), caller.signal());
    }

    static String queryOf(HttpServletRequest request) {
        String query = request.getQueryString();
        return query == null ? "" : query;
    }
}
