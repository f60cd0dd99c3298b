package dev.sluice.ingest.http;

import dev.sluice.common.RawHit;
import jakarta.servlet.http.HttpServletResponse;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The collector's own cookie: which network id a request has, and what {@code Set-Cookie} says. Ids come from strangers, so one
 * that cannot be an id is replaced, never stored. Immutable, thread-safe.
 */
public final class NetworkCookie {
    private static final int LONGEST_ID = 64;
    private static final String QUERY_KEY = "nuid=";

    private final CookieProperties properties;
    private final Supplier<UUID> fresh;

    /** @param fresh gives a new random id */
    public NetworkCookie(CookieProperties properties, Supplier<UUID> fresh) {
        this.properties = properties;
        this.fresh = fresh;
    }

    String name() {
        return properties.name();
    }

    boolean isEnabled() {
        return properties.enabled();
    }

    /** The id of a visitor who may be known: {@code nuid} of the query, else the cookie's, else a new one. */
    String idOf(String query, @Nullable String cookie) {
        String wanted = fromQuery(query);
        if (wanted != null) {
            return wanted;
        }
        if (properties.enabled() && cookie != null && isId(cookie)) {
            return cookie;
        }
        return properties.enabled() ? fresh.get().toString() : RawHit.Visitor.NO_NETWORK_ID;
    }

    private static @Nullable String fromQuery(String query) {
        int at = query.startsWith(QUERY_KEY) ? 0 : query.indexOf("&" + QUERY_KEY) + 1;
        if (at == 0 && !query.startsWith(QUERY_KEY)) {
            return null;
        }
        int start = at + QUERY_KEY.length();
        int end = query.indexOf('&', start);
        String value = end < 0 ? query.substring(start) : query.substring(start, end);
        return isId(value) ? value : null;
    }

    /** UUIDs, and what looks as harmless; not the id that means none. */
    private static boolean isId(String value) {
        if (value.isEmpty() || value.length() > LONGEST_ID || value.equals(RawHit.Visitor.NO_NETWORK_ID)) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean harmless =
                    (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
            if (!harmless) {
                return false;
            }
        }
        return true;
    }

    /** Has the browser keep the id, where scripts may read it too if they are to. */
    void keep(HttpServletResponse response, String id, @Nullable String origin) {
        response.addHeader("Set-Cookie", keep(id, origin));
        if (properties.readableName() != null) {
            response.addHeader(
                    "Set-Cookie",
                    header(properties.readableName(), id, properties.maxAge().toSeconds(), false, origin));
        }
    }

    /** Has the browser forget it. */
    void expire(HttpServletResponse response, @Nullable String origin) {
        response.addHeader("Set-Cookie", expire(origin));
        if (properties.readableName() != null) {
            response.addHeader("Set-Cookie", header(properties.readableName(), "", 0, false, origin));
        }
    }

    /** {@code Set-Cookie} that keeps the id. */
    String keep(String id, @Nullable String origin) {
        return header(properties.name(), id, properties.maxAge().toSeconds(), properties.httpOnly(), origin);
    }

    /** {@code Set-Cookie} that makes the browser forget it. */
    String expire(@Nullable String origin) {
        return header(properties.name(), "", 0, properties.httpOnly(), origin);
    }

    private String header(String name, String value, long maxAgeSeconds, boolean httpOnly, @Nullable String origin) {
        var header = new StringBuilder(160).append(name).append('=').append(value);
        header.append("; Max-Age=").append(maxAgeSeconds).append("; Path=/");
        String domain = domain(origin);
        if (domain != null) {
            header.append("; Domain=").append(domain);
        }
        if (properties.secure()) {
            header.append("; Secure");
        }
        if (httpOnly) {
            header.append("; HttpOnly");
        }
        return header.append("; SameSite=")
                .append(properties.sameSite().attribute())
                .toString();
    }

    private @Nullable String domain(@Nullable String origin) {
        if (origin != null && !properties.domains().isEmpty()) {
            String host = hostOf(origin);
            for (String domain : properties.domains()) {
                if (host.equals(domain) || host.endsWith("." + domain)) {
                    return domain;
                }
            }
        }
        return properties.fallbackDomain();
    }

    /** The host of {@code https://host:port}; browsers write it in lower case. */
    private static String hostOf(String origin) {
        int scheme = origin.indexOf("://");
        int start = scheme < 0 ? 0 : scheme + 3;
        int port = origin.indexOf(':', start);
        return port < 0 ? origin.substring(start) : origin.substring(start, port);
    }
}
