package dev.sluice.local.redshift;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A statement with its literals and quoted names taken out and its comments blanked, so that words can be looked for by pattern.
 * In their places stand marks, which {@link #restore} undoes.
 */
final class SqlText {
    /** An identifier as it appears in {@link #masked}, quoted ones as their marks. */
    static final String NAME = "(?:\u0001\\d+\u0002|[\\p{L}_][\\w$]*)";
    /** A literal as it appears in {@link #masked}. */
    static final String LITERAL = "\u0003\\d+\u0004";

    private static final Pattern MARK = Pattern.compile("[\u0001\u0003](\\d+)[\u0002\u0004]");

    private final String sql;
    private final StringBuilder masked = new StringBuilder();
    private final List<String> taken = new ArrayList<>();
    private int at;

    private SqlText(String sql) {
        this.sql = sql;
    }

    static SqlText mask(String sql) {
        var text = new SqlText(sql);
        text.scan();
        return text;
    }

    String masked() {
        return masked.toString();
    }

    /** Puts back what was taken out of any piece of {@link #masked}. */
    String restore(String piece) {
        return MARK.matcher(piece)
                .replaceAll(mark -> Matcher.quoteReplacement(taken.get(Integer.parseInt(mark.group(1)))));
    }

    /** Takes in a literal that was not there before; what stands for it in masked text. */
    String literal(String value) {
        taken.add(Wire.literal(value));
        return "\u0003" + (taken.size() - 1) + "\u0004";
    }

    /** The name that an identifier, restored, has in the catalog. */
    static String identifier(String token) {
        return token.startsWith("\"")
                ? token.substring(1, token.length() - 1).replace("\"\"", "\"")
                : token.toLowerCase(Locale.ROOT);
    }

    /** Splits at a character that stands outside all parentheses. */
    static List<String> split(String piece, char separator) {
        var parts = new ArrayList<String>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < piece.length(); i++) {
            char c = piece.charAt(i);
            if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
            } else if (c == separator && depth == 0) {
                parts.add(piece.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(piece.substring(start));
        return parts;
    }

    /** The index of the parenthesis that closes the one at {@code open}, or −1. */
    static int closing(String piece, int open) {
        int depth = 0;
        for (int i = open; i < piece.length(); i++) {
            char c = piece.charAt(i);
            if (c == '(') {
                depth++;
            } else if (c == ')' && --depth == 0) {
                return i;
            }
        }
        return -1;
    }

    private void scan() {
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (c == '\'') {
                take(endOfQuotes('\'', isEscapeString()), '\u0003', '\u0004');
            } else if (c == '"') {
                take(endOfQuotes('"', false), '\u0001', '\u0002');
            } else if (sql.startsWith("--", at)) {
                int end = sql.indexOf('\n', at);
                blank(end < 0 ? sql.length() : end);
            } else if (sql.startsWith("/*", at)) {
                blank(endOfComment());
            } else if (c == '$' && !dollarTag().isEmpty()) {
                String tag = dollarTag();
                int end = sql.indexOf(tag, at + tag.length());
                take(end < 0 ? sql.length() : end + tag.length(), '\u0003', '\u0004');
            } else {
                masked.append(c < 5 ? ' ' : c);
                at++;
            }
        }
    }

    private void take(int end, char before, char after) {
        masked.append(before).append(taken.size()).append(after);
        taken.add(sql.substring(at, end));
        at = end;
    }

    private void blank(int end) {
        masked.append(' ');
        at = end;
    }

    private int endOfQuotes(char quote, boolean backslashes) {
        for (int i = at + 1; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (c == '\\' && backslashes) {
                i++;
            } else if (c == quote) {
                if (i + 1 < sql.length() && sql.charAt(i + 1) == quote) {
                    i++;
                } else {
                    return i + 1;
                }
            }
        }
        return sql.length();
    }

    /** Whether the quote at hand follows an E that is no part of a name. */
    private boolean isEscapeString() {
        return at > 0
                && (sql.charAt(at - 1) == 'E' || sql.charAt(at - 1) == 'e')
                && (at == 1 || !Character.isJavaIdentifierPart(sql.charAt(at - 2)));
    }

    private int endOfComment() {
        int depth = 0;
        for (int i = at; i + 1 < sql.length(); i++) {
            if (sql.startsWith("/*", i)) {
                depth++;
                i++;
            } else if (sql.startsWith("*/", i)) {
                i++;
                if (--depth == 0) {
                    return i + 1;
                }
            }
        }
        return sql.length();
    }

    /** {@code $tag$} at hand, or the empty string when the dollar is that of a parameter or of a name. */
    private String dollarTag() {
        if (at > 0 && Character.isLetterOrDigit(sql.charAt(at - 1))) {
            return "";
        }
        for (int i = at + 1; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (c == '$') {
                return sql.substring(at, i + 1);
            }
            if (!Character.isLetter(c) && c != '_' && !(Character.isDigit(c) && i > at + 1)) {
                return "";
            }
        }
        return "";
    }
}
