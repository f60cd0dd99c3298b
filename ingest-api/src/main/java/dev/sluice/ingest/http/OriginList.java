package dev.sluice.ingest.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The origins whose pages may send; an empty list is all. Browsers name the origin of every POST and of every other request that
 * a script makes, but not that of an image: a request without one is let through. Immutable, thread-safe.
 */
public final class OriginList {
    /** {@code https://shop.example.com}, or {@code https://*.example.com} for all below it, each with a port or without. */
    public static final String ENTRY = "https?://(\\*\\.)?[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[0-9]{1,5})?";

    private final Set<String> exact = new HashSet<>();
    private final List<Below> below;

    /** @param scheme with its slashes
     * @param parent with its dot and its port */
    private record Below(String scheme, String parent) {
        boolean has(String origin) {
            return origin.length() > scheme.length() + parent.length()
                    && origin.startsWith(scheme)
                    && origin.endsWith(parent);
        }
    }

    public OriginList(List<String> entries) {
        below = entries.stream()
                .filter(entry -> entry.contains("//*."))
                .map(entry ->
                        new Below(entry.substring(0, entry.indexOf('*')), entry.substring(entry.indexOf('*') + 1)))
                .toList();
        entries.stream().filter(entry -> !entry.contains("*")).forEach(exact::add);
    }

    /** @param origin as {@link Cors#originOf} reads it */
    boolean admits(HttpServletRequest request, @Nullable String origin) {
        if (exact.isEmpty() && below.isEmpty()) {
            return true;
        }
        if (origin == null) {
            return request.getHeader("Origin") == null;
        }
        if (exact.contains(origin)) {
            return true;
        }
        for (Below wildcard : below) {
            if (wildcard.has(origin)) {
                return true;
            }
        }
        return false;
    }
}
