package dev.sluice.processor.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Reads the query of a URL as browsers and people write it, so leniently that nothing fails: {@code +} is a space, a
 * broken escape stays as it is, bytes that are not UTF-8 become U+FFFD, a name without {@code =} has an empty value.
 */
public final class QueryString {
    /** Hears each parameter, in order, decoded. */
    @FunctionalInterface
    public interface Parameters {
        void parameter(String name, String value);
    }

    private QueryString() {}

    /** Tells every parameter of a raw query (without its question mark), repeated ones as often as they occur. */
    public static void forEach(String query, Parameters parameters) {
        int start = 0;
        while (start < query.length()) {
            int end = query.indexOf('&', start);
            if (end < 0) {
                end = query.length();
            }
            // Within these bounds, or a megabyte of "&a&a&a" would be read a megabyte of times.
            int equals = query.indexOf('=', start, end);
            if (equals < 0) {
                equals = end;
            }
            if (equals > start) {
                parameters.parameter(decode(query, start, equals), decode(query, Math.min(equals + 1, end), end));
            }
            start = end + 1;
        }
    }

    /** A name or a value between these places. */
    static String decode(String raw, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = raw.charAt(i);
            if (c == '%' || c == '+') {
                return decodeEscapes(raw, from, to);
            }
        }
        return raw.substring(from, to);
    }

    private static String decodeEscapes(String raw, int from, int to) {
        var out = new StringBuilder(to - from);
        var bytes = new ByteArrayOutputStream();
        int i = from;
        while (i < to) {
            char c = raw.charAt(i);
            int escaped = c == '%' ? escaped(raw, i, to) : -1;
            if (escaped >= 0) {
                bytes.write(escaped);
                i += 3;
                continue;
            }
            flush(bytes, out);
            out.append(c == '+' ? ' ' : c);
            i++;
        }
        flush(bytes, out);
        return out.toString();
    }

    private static int escaped(String raw, int at, int to) {
        if (at + 2 >= to) {
            return -1;
        }
        int high = hex(raw.charAt(at + 1));
        int low = hex(raw.charAt(at + 2));
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    // Not Character.digit, which takes the digits of every script.
    private static int hex(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        char lower = (char) (c | 0x20);
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    // A character's bytes are consecutive escapes, so they are decoded together.
    private static void flush(ByteArrayOutputStream bytes, StringBuilder out) {
        if (bytes.size() > 0) {
            out.append(bytes.toString(StandardCharsets.UTF_8));
            bytes.reset();
        }
    }
}
