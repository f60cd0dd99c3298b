package dev.sluice.loader.load;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names on their way into SQL text: checked, and quoted, as some of ours ({@code raw}) are words of Redshift's. */
final class SqlName {
    private static final Pattern IDENTIFIER = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

    private SqlName() {}

    /** @throws IllegalArgumentException for anything but a plain lower-case identifier */
    static String checked(String identifier) {
        if (!IDENTIFIER.matcher(identifier).matches()) {
            throw new IllegalArgumentException("not an identifier: " + identifier);
        }
        return identifier;
    }

    static String quoted(String identifier) {
        return '"' + checked(identifier) + '"';
    }

    /** {@code "a", "b"}, each with the prefix before it. */
    static String list(String prefix, List<String> identifiers) {
        return identifiers.stream().map(name -> prefix + quoted(name)).collect(Collectors.joining(", "));
    }
}
