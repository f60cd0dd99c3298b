package dev.sluice.loader.staging;

import java.util.regex.Pattern;

/** What keys in the bucket are made of: {@code [A-Za-z0-9/=_.-]}, as a COPY statement cannot bind its path. */
public final class ObjectKeys {
    private static final Pattern PREFIX = Pattern.compile("|(?:[A-Za-z0-9=_.-]+/)+");
    private static final Pattern UNSAFE = Pattern.compile("[^A-Za-z0-9=_.-]");

    private ObjectKeys() {}

    /**
     * The prefix, when it is one.
     *
     * @param whose for the message
     * @throws IllegalArgumentException when it neither is empty nor ends in a slash, or holds another character
     */
    public static String prefix(String whose, String prefix) {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException(
                    whose + " prefix must be empty or end in '/', of [A-Za-z0-9/=_.-]: '" + prefix + "'");
        }
        return prefix;
    }

    /** The part without a character that a key may not have. */
    public static String part(String part) {
        return UNSAFE.matcher(part).replaceAll("-");
    }
}
