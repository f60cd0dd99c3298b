package dev.sluice.processor.protocol;

/**
 * Makes text that the warehouse takes. COPY refuses U+0000, half surrogates and Unicode's non-characters; VARCHAR
 * counts bytes of UTF-8. Both methods return the very same object when there is nothing to do, which is nearly always.
 */
public final class Text {
    private static final char REPLACEMENT = '\uFFFD';

    private Text() {}

    /** The text with what COPY refuses replaced by U+FFFD. */
    public static String clean(String text) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c == 0 || c >= Character.MIN_SURROGATE) {
                return cleanFrom(text, i);
            }
        }
        return text;
    }

    private static String cleanFrom(String text, int from) {
        var out = new StringBuilder(text.length()).append(text, 0, from);
        boolean changed = false;
        int i = from;
        while (i < text.length()) {
            int codePoint = text.codePointAt(i);
            if (isTaken(codePoint)) {
                out.appendCodePoint(codePoint);
            } else {
                out.append(REPLACEMENT);
                changed = true;
            }
            i += Character.charCount(codePoint);
        }
        return changed ? out.toString() : text;
    }

    // codePointAt gives a surrogate only when its other half is missing.
    private static boolean isTaken(int codePoint) {
        boolean surrogate = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
        boolean nonCharacter = (codePoint & 0xFFFE) == 0xFFFE || (codePoint >= 0xFDD0 && codePoint <= 0xFDEF);
        return codePoint != 0 && !surrogate && !nonCharacter;
    }

    /**
     * The longest beginning of at most this many bytes of UTF-8 that does not split a code point. The text is clean.
     */
    public static String cut(String text, int maxBytes) {
        if (text.length() <= maxBytes / 3) {
            return text;
        }
        int bytes = 0;
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            boolean pair = Character.isHighSurrogate(c);
            bytes += pair ? 4 : utf8Length(c);
            if (bytes > maxBytes) {
                return text.substring(0, i);
            }
            i += pair ? 2 : 1;
        }
        return text;
    }

    /** Whether clean text needs more than this many bytes of UTF-8. */
    public static boolean isLonger(CharSequence text, int maxBytes) {
        return text.length() > maxBytes / 3 && bytes(text, 0) > maxBytes;
    }

    /** How many bytes of UTF-8 clean text needs from this place on. */
    public static long bytes(CharSequence text, int from) {
        long bytes = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            // Either half of a pair counts two.
            bytes += Character.isSurrogate(c) ? 2 : utf8Length(c);
        }
        return bytes;
    }

    private static int utf8Length(char c) {
        if (c < 0x80) {
            return 1;
        }
        return c < 0x800 ? 2 : 3;
    }
}
