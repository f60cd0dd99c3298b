package dev.sluice.ingest.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * Lets pages of any origin send events and read the (empty) answers. Browsers send cookies only where the origin is named, so it
 * is echoed, never {@code *} with credentials. Immutable, thread-safe.
 */
public final class Cors {
    private static final int LONGEST_ORIGIN = 512;

    private final String allowHeaders;
    private final String maxAge;

    public Cors(CorsProperties properties) {
        var headers = new StringBuilder("Content-Type, SP-Anonymous");
        properties.extraHeaders().forEach(header -> headers.append(", ").append(header));
        allowHeaders = headers.toString();
        maxAge = Long.toString(properties.maxAge().toSeconds());
    }

    /** The request's origin; null when there is none, or none that a browser could have sent. */
    static @Nullable String originOf(HttpServletRequest request) {
        String origin = request.getHeader("Origin");
        if (origin == null || origin.isEmpty() || origin.length() > LONGEST_ORIGIN) {
            return null;
        }
        for (int i = 0; i < origin.length(); i++) {
            char c = origin.charAt(i);
            if (c <= ' ' || c >= 0x7F || c == ',') {
                return null;
            }
        }
        return origin;
    }

    /** What every answer to a tracker says, refusals too: it could not tell them from a broken network otherwise. */
    void allow(@Nullable String origin, HttpServletResponse response) {
        response.setHeader("Vary", "Origin");
        if (origin == null) {
            response.setHeader("Access-Control-Allow-Origin", "*");
        } else {
            response.setHeader("Access-Control-Allow-Origin", origin);
            response.setHeader("Access-Control-Allow-Credentials", "true");
        }
    }

    /** What the answer to a preflight says besides. */
    void preflight(HttpServletResponse response) {
        response.setHeader("Access-Control-Allow-Methods", "GET, POST, HEAD");
        response.setHeader("Access-Control-Allow-Headers", allowHeaders);
        response.setHeader("Access-Control-Max-Age", maxAge);
    }
}
