package dev.sluice.ingest.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Looks into a raw query without taking it apart: nothing is allocated but for what is found. */
final class RawQuery {
    private RawQuery() {}

    /** How many parameters it has, empty ones too. */
    static int pairs(String query) {
        if (query.isEmpty()) {
            return 0;
        }
        int pairs = 1;
        for (int i = query.indexOf('&'); i >= 0; i = query.indexOf('&', i + 1)) {
            pairs++;
        }
        return pairs;
    }

    /** The value that counts when a parameter comes more than once, as text; null when it does not come. */
    static @Nullable String last(String query, String name) {
        return find(query, name, false);
    }

    /** The value of a parameter that comes once, as text; null when it comes never, twice, or with a broken escape. */
    static @Nullable String only(String query, String name) {
        return find(query, name, true);
    }

    private static @Nullable String find(String query, String name, boolean once) {
        String found = null;
        boolean seen = false;
        int start = 0;
        while (start < query.length()) {
            int ampersand = query.indexOf('&', start);
            int end = ampersand < 0 ? query.length() : ampersand;
            int equals = query.indexOf('=', start, end);
            int nameEnd = equals < 0 ? end : equals;
            if (isName(query, start, nameEnd, name)) {
                if (seen && once) {
                    return null;
                }
                seen = true;
                found = decode(query, Math.min(nameEnd + 1, end), end);
                if (found == null && !once) {
                    found = "";
                }
            }
            start = end + 1;
        }
        return found;
    }

    // Names may be escaped too, and whoever reads them later takes them for what they mean.
    private static boolean isName(String query, int start, int end, String name) {
        if (end - start == name.length()) {
            return query.startsWith(name, start);
        }
        int percent = query.indexOf('%', start, end);
        return percent >= 0 && name.equals(decode(query, start, end));
    }

    /** Escapes as the bytes of UTF-8 that they are; null when one is broken. A plus stays one. */
    private static @Nullable String decode(String raw, int from, int to) {
        if (raw.indexOf('%', from, to) < 0) {
            return raw.substring(from, to);
        }
        var bytes = new ByteArrayOutputStream(to - from);
        for (int i = from; i < to; i++) {
            char c = raw.charAt(i);
            if (c != '%') {
                bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
                continue;
            }
            int high = i + 2 < to ? hex(raw.charAt(i + 1)) : -1;
            int low = i + 2 < to ? hex(raw.charAt(i + 2)) : -1;
            if (high < 0 || low < 0) {
                return null;
            }
            bytes.write(high << 4 | low);
            i += 2;
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static int hex(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        char lower = (char) (c | 0x20);
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }
}
