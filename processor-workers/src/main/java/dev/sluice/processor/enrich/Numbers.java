package dev.sluice.processor.enrich;

import org.jspecify.annotations.Nullable;

/** Numbers as clients write them; null stands for anything that is none, or that no column holds. */
final class Numbers {
    private Numbers() {}

    /** A whole number; a fraction, which some browsers send for pixels, is cut off. */
    static @Nullable Integer integer(String text) {
        Long value = whole(text, 0, text.length());
        return value == null || value < Integer.MIN_VALUE || value > Integer.MAX_VALUE ? null : value.intValue();
    }

    /** {@code -?digits(.digits)?} between two places, without the fraction. */
    static @Nullable Long whole(String text, int from, int to) {
        boolean negative = from < to && text.charAt(from) == '-';
        int start = negative ? from + 1 : from;
        long value = 0;
        int i = start;
        while (i < to && isDigit(text.charAt(i))) {
            // Below this the next digit can't overflow.
            if (value > Long.MAX_VALUE / 10 - 1) {
                return null;
            }
            value = value * 10 + (text.charAt(i) - '0');
            i++;
        }
        if (i == start) {
            return null;
        }
        if (i < to && text.charAt(i) == '.') {
            do {
                i++;
            } while (i < to && isDigit(text.charAt(i)));
        }
        if (i < to) {
            return null;
        }
        return negative ? -value : value;
    }

    /** A finite decimal number. */
    static @Nullable Double decimal(String text) {
        if (text.length() > 400) {
            return null;
        }
        for (int i = 0; i < text.length(); i++) {
            // Double.parseDouble would also take NaN, Infinity, hexadecimal and a trailing d or f.
            if (!isDigit(text.charAt(i)) && "+-.eE".indexOf(text.charAt(i)) < 0) {
                return null;
            }
        }
        try {
            double value = Double.parseDouble(text);
            if (Double.isInfinite(value)) {
                return null;
            }
            // Neither a subnormal, which not every database reads, nor a negative zero.
            return Math.abs(value) < Double.MIN_NORMAL ? Double.valueOf(0) : Double.valueOf(value);
        } catch (NumberFormatException _) {
            return null;
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
