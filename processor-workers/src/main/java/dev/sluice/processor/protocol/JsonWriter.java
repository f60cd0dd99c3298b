package dev.sluice.processor.protocol;

import java.util.Map;

/**
 * {@link JsonValue} to text that a SUPER or jsonb column takes whatever the sender wrote: no U+0000, no half
 * surrogates, no string above what SUPER holds, no number beyond a double's range or a decimal's digits (such a number
 * becomes a string).
 */
public final class JsonWriter {
    /** Of one string inside SUPER, as the Redshift guide gives it for VARCHAR. */
    static final int MAX_STRING_BYTES = 65_535;
    /** Of a DECIMAL, the widest exact number there is. */
    private static final int MAX_DIGITS = 38;

    private static final String HEX = "0123456789abcdef";

    private JsonWriter() {}

    public static String write(JsonValue value) {
        var out = new StringBuilder(256);
        write(value, out);
        return out.toString();
    }

    public static void write(JsonValue value, StringBuilder out) {
        switch (value) {
            case JsonValue.Obj(var members) -> {
                char separator = '{';
                for (Map.Entry<String, JsonValue> member : members.entrySet()) {
                    out.append(separator);
                    string(member.getKey(), out);
                    out.append(':');
                    write(member.getValue(), out);
                    separator = ',';
                }
                out.append(separator == '{' ? "{}" : "}");
            }
            case JsonValue.Arr(var items) -> {
                char separator = '[';
                for (JsonValue item : items) {
                    out.append(separator);
                    write(item, out);
                    separator = ',';
                }
                out.append(separator == '[' ? "[]" : "]");
            }
            case JsonValue.Text(String text) -> string(text, out);
            case JsonValue.Num(String literal) -> number(literal, out);
            case JsonValue.Bool(boolean bool) -> out.append(bool);
            case JsonValue.Null _ -> out.append("null");
        }
    }

    /** The string in quotes, cleaned and, beyond what SUPER holds, cut. */
    public static void string(String raw, StringBuilder out) {
        String text = Text.cut(Text.clean(raw), MAX_STRING_BYTES);
        out.append('"');
        int copied = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x20 && c != '"' && c != '\\') {
                continue;
            }
            out.append(text, copied, i);
            copied = i + 1;
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else {
                out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            }
        }
        out.append(text, copied, text.length()).append('"');
    }

    private static void number(String literal, StringBuilder out) {
        if (literal.length() <= 15 && literal.indexOf('e') < 0 && literal.indexOf('E') < 0) {
            out.append(literal);
            return;
        }
        double value = Double.parseDouble(literal);
        boolean outOfRange = Double.isInfinite(value) || Math.abs(value) < Double.MIN_NORMAL;
        if (outOfRange || literal.length() > MAX_DIGITS) {
            string(literal, out);
        } else {
            out.append(literal);
        }
    }
}
