package dev.sluice.ingest.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/** Turns requests away before anything of them is read or kept. Thread-safe. */
public final class Gate {
    private final int maxUri;

    /** @param maxUri characters of path and query */
    public Gate(int maxUri) {
        this.maxUri = maxUri;
    }

    /** Why this request is not taken; empty when it is. */
    Optional<Outcome> refusal(HttpServletRequest request, Caller caller) {
        if (caller.declined() != null) {
            return Optional.of(caller.declined());
        }
        if (request.getRequestURI().length() + HitReader.queryOf(request).length() > maxUri) {
            return Optional.of(Outcome.URI_TOO_LONG);
        }
        return Optional.empty();
    }
}
