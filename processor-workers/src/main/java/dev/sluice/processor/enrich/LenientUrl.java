package dev.sluice.processor.enrich;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a URL as it came, broken or not: nothing is decoded, and nothing fails. Parts that are not there are null.
 *
 * @param host lower-case, without user and port
 * @param path with its slash; "/" when there is a host and no path
 * @param query without its question mark
 * @param fragment without its hash
 */
record LenientUrl(
        @Nullable String host,
        @Nullable String path,
        @Nullable String query,
        @Nullable String fragment) {
    static LenientUrl of(String url) {
        int hash = url.indexOf('#');
        int fragmentStart = hash < 0 ? url.length() : hash;
        int mark = url.indexOf('?');
        int queryStart = mark < 0 || mark > fragmentStart ? fragmentStart : mark;

        int authority = authorityStart(url, queryStart);
        int pathStart = 0;
        String host = null;
        if (authority >= 0) {
            int slash = url.indexOf('/', authority);
            pathStart = slash < 0 || slash > queryStart ? queryStart : slash;
            host = host(url.substring(authority, pathStart));
        }
        String path = url.substring(pathStart, queryStart);
        return new LenientUrl(
                host,
                path.isEmpty() && host != null ? "/" : orNull(path),
                queryStart < fragmentStart ? orNull(url.substring(queryStart + 1, fragmentStart)) : null,
                hash < 0 ? null : orNull(url.substring(hash + 1)));
    }

    /** Where the authority starts, after {@code scheme://} or {@code //}; -1 when there is none. */
    private static int authorityStart(String url, int end) {
        int slashes = url.indexOf("//");
        if (slashes < 0 || slashes >= end) {
            return -1;
        }
        boolean afterScheme = slashes > 1 && url.charAt(slashes - 1) == ':' && isScheme(url, slashes - 1);
        return slashes == 0 || afterScheme ? slashes + 2 : -1;
    }

    private static boolean isScheme(String url, int end) {
        for (int i = 0; i < end; i++) {
            char c = url.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'))) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String host(String authority) {
        String host = authority.substring(authority.lastIndexOf('@') + 1);
        // The colons of an IPv6 address stand in brackets; a port's comes after them.
        int colon = host.indexOf(':', host.lastIndexOf(']') + 1);
        return orNull((colon < 0 ? host : host.substring(0, colon)).toLowerCase(Locale.ROOT));
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
