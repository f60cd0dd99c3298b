package dev.sluice.it;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Text that breaks things: the Big List of Naughty Strings, and what breaks a line of this kind in particular. */
final class NaughtyStrings {
    /** The widths of text columns; emoji and other wide characters are put across each border. */
    private static final List<Integer> WIDTHS = List.of(16, 32, 35, 64, 128, 255, 512, 1000, 1024, 2048, 4096);

    private static final List<String> OWN = List.of(
            "\0",
            "a\0b",
            "\uFEFF",
            "\uFEFFbom",
            "line\u2028separator\u2029",
            "\u202Eright to left\u202C",
            "\u2066isolate\u2069",
            "\uD83D",
            "\uDE00",
            "\uDE00\uD83D",
            "a\uD83Db",
            "\uFFFE\uFFFF\uFDD0",
            "\uD83F\uDFFF",
            "NaN",
            "Infinity",
            "1e400",
            "-1e400",
            "-0",
            "0x1F",
            "-62167219200000",
            "253402300799999",
            "253402300800000",
            "9223372036854775807",
            "+292278994-08-17T07:12:55.807Z",
            "0000-01-01 00:00:00",
            "9999-12-31 23:59:59.999999",
            "\\N",
            "\\\\N",
            "\"\\N\"",
            "\\.",
            "\\",
            "\\\\\\\\\\",
            "\\\"",
            "\"",
            "\"\"",
            "\"\"\"",
            "'",
            "''",
            ",",
            ",,,",
            "a,b\"c\"\r\nd",
            "\t",
            "a\tb",
            "\r",
            "\n",
            "\r\n",
            "\r\n\r\n",
            " ",
            " leading and trailing ",
            "=cmd|' /C calc'!A0",
            "@SUM(1+1)*cmd",
            "+1",
            "-1",
            "%00",
            "%0d%0aSet-Cookie: a=b",
            "%",
            "%zz",
            "%ED%A0%80",
            "%F0%9F",
            "\u001B[31mred\u001B[0m",
            "\u0007\b\u007F",
            "';truncate table page_views;--",
            "$$; copy page_views from 's3://x' ",
            "{\"a\":1}",
            "[",
            "null",
            "NULL",
            "\u00F3\u0089\u009A\u00C2");

    private NaughtyStrings() {}

    static List<String> all() throws IOException {
        var all = new ArrayList<>(listed());
        all.addAll(OWN);
        for (int width : WIDTHS) {
            for (int short_ = 0; short_ <= 5; short_++) {
                all.add("x".repeat(width - short_) + "\uD83D\uDE00");
            }
            all.add("x".repeat(width - 1) + "\u00E9");
            all.add("x".repeat(width));
            all.add("x".repeat(width + 1));
        }
        all.add("y".repeat(257));
        return List.copyOf(all);
    }

    private static List<String> listed() throws IOException {
        try (InputStream in = NaughtyStrings.class.getResourceAsStream("/naughty/blns.json")) {
            JsonNode list = new JsonMapper().readTree(Objects.requireNonNull(in, "the list is not there"));
            var strings = new ArrayList<String>();
            list.forEach(string -> strings.add(string.stringValue()));
            return strings;
        }
    }

    /** As the warehouse must hold it: what no database takes stands as U+FFFD. */
    static String stored(String sent) {
        var stored = new StringBuilder();
        sent.codePoints().forEach(point -> {
            boolean surrogate = point >= 0xD800 && point <= 0xDFFF;
            boolean nonCharacter = (point >= 0xFDD0 && point <= 0xFDEF) || (point & 0xFFFF) >= 0xFFFE;
            stored.appendCodePoint(point == 0 || surrogate || nonCharacter ? 0xFFFD : point);
        });
        return stored.toString();
    }

    /** Whether it has bytes in UTF-8 at all. */
    static boolean isWhole(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** For a message: escaped, and short. */
    static String shown(String text) {
        String json = json(text, true);
        return json.length() <= 100
                ? json
                : json.substring(0, 40) + "…" + json.substring(json.length() - 40) + " (" + bytes(text) + " bytes)";
    }

    /** A JSON string; only ASCII when escaped. */
    static String json(String text, boolean escaped) {
        var json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = c >= 0x20 && c != '"' && c != '\\' && (c < 0x7F || !escaped);
            json.append(plain ? String.valueOf(c) : "\\u%04x".formatted((int) c));
        }
        return json.append('"').toString();
    }
}
