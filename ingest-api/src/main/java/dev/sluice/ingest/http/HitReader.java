package dev.sluice.ingest.http;

import dev.sluice.common.RawHit;
import jakarta.servlet.http.HttpServletRequest;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** Makes a hit of a request: keeps what matters as it came, parses nothing. Immutable, thread-safe. */
public final class HitReader {
    private final ClientAddress addresses;
    private final NetworkCookie cookie;
    private final InstantSource clock;

    public HitReader(ClientAddress addresses, NetworkCookie cookie, InstantSource clock) {
        this.addresses = addresses;
        this.cookie = cookie;
        this.clock = clock;
    }

    /** @param body kept, not copied */
    RawHit read(HttpServletRequest request, RawHit.Method method, Caller caller, byte[] body) {
        String query = queryOf(request);
        return new RawHit(
                clock.instant().truncatedTo(ChronoUnit.MICROS),
                visitor(request, query, caller),
                method,
                request.getRequestURI(),
                query,
                KeptHeaders.of(request),
                body);
    }

    private RawHit.Visitor visitor(HttpServletRequest request, String query, Caller caller) {
        if (caller.anonymous()) {
            return new RawHit.Visitor("", RawHit.Visitor.NO_NETWORK_ID, true, caller.signal());
        }
        String networkId = cookie.idOf(query, caller.networkCookie());
        return new RawHit.Visitor(addresses.of(request), networkId, false, caller.signal());
    }

    static String queryOf(HttpServletRequest request) {
        String query = request.getQueryString();
        return query == null ? "" : query;
    }
}
