package dev.sluice.loader.load;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a column of the user's own holds, and the SQL that makes it of a text. What does not fit becomes NULL and never an error: the
 * pattern decides what is taken, the same everywhere, and TRY_CAST answers NULL to what no pattern can tell (too large, February
 * 30).
 *
 * @param maxBytes of VARCHAR; 0 for the others
 */
record ExtraType(Kind kind, int maxBytes) {
    /** The closed list. */
    enum Kind {
        VARCHAR("character varying"),
        INTEGER("integer"),
        BIGINT("bigint"),
        DOUBLE_PRECISION("double precision"),
        BOOLEAN("boolean"),
        TIMESTAMP("timestamp without time zone"),
        DATE("date");

        private final String inCatalog;

        Kind(String inCatalog) {
            this.inCatalog = inCatalog;
        }

        private String sql() {
            return name().replace('_', ' ');
        }
    }

    private static final Pattern TYPE = Pattern.compile("([A-Z_]+)(?:\\(([1-9][0-9]{0,4})\\))?");
    private static final int VARCHAR_MAX_BYTES = 65_535;

    private static final String WHOLE_NUMBER = "^[+-]?[0-9]{1,19}$";
    /** So many digits and so small an exponent stay inside what the type takes. */
    private static final String NUMBER = "^[+-]?[0-9]{1,100}([.][0-9]{1,100})?([eE][+-]?[0-9]{1,2})?$";

    private static final String DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
    /** In UTC, as a browser's toISOString writes it, or with a blank in place of the T. */
    private static final String TIME = "^" + DAY + "[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?Z?$";

    /** @throws IllegalArgumentException for anything that is not in the list */
    static ExtraType parse(String text) {
        Matcher type = TYPE.matcher(text.strip().toUpperCase(Locale.ROOT).replaceAll("\\s+", "_"));
        if (type.matches()) {
            for (Kind kind : Kind.values()) {
                boolean sized = kind == Kind.VARCHAR;
                if (kind.name().equals(type.group(1)) && sized == (type.group(2) != null)) {
                    int bytes = sized ? Integer.parseInt(type.group(2)) : 0;
                    if (bytes <= VARCHAR_MAX_BYTES) {
                        return new ExtraType(kind, bytes);
                    }
                }
            }
        }
        throw new IllegalArgumentException("type is VARCHAR(1 to 65535), INTEGER, BIGINT, DOUBLE PRECISION, BOOLEAN,"
                + " TIMESTAMP or DATE, not " + text);
    }

    /** Of what {@link #inCatalog} gave. */
    static ExtraType ofCatalog(String text) {
        String type = text;
        for (Kind kind : Kind.values()) {
            if (text.equals(kind.inCatalog) || text.startsWith(kind.inCatalog + "(")) {
                type = kind.sql() + text.substring(kind.inCatalog.length());
            }
        }
        return parse(type);
    }

    /** As a column is declared. */
    String sql() {
        return maxBytes > 0 ? kind.sql() + "(" + maxBytes + ")" : kind.sql();
    }

    /** As the warehouse's catalog names it. */
    String inCatalog() {
        return maxBytes > 0 ? kind.inCatalog + "(" + maxBytes + ")" : kind.inCatalog;
    }

    /** An expression of this type. */
    String of(String text) {
        return switch (kind) {
            case VARCHAR ->
                "CASE WHEN OCTET_LENGTH(" + text + ") <= " + maxBytes + " THEN CAST(" + text + " AS " + sql() + ") END";
            case INTEGER, BIGINT -> tryCast(matching(text, WHOLE_NUMBER));
            case DOUBLE_PRECISION -> tryCast(matching(text, NUMBER));
            case BOOLEAN ->
                "CASE LOWER(" + text + ") WHEN 'true' THEN TRUE WHEN '1' THEN TRUE WHEN 'false' THEN FALSE"
                        + " WHEN '0' THEN FALSE END";
            case TIMESTAMP -> tryCast("REPLACE(REPLACE(" + matching(text, TIME) + ", 'T', ' '), 'Z', '')");
            case DATE -> tryCast(matching(text, "^" + DAY + "$"));
        };
    }

    private String tryCast(String text) {
        return "TRY_CAST(" + text + " AS " + sql() + ")";
    }

    /** The text if it matches, else NULL: TRY_CAST must not be given an empty text. */
    private static String matching(String text, String pattern) {
        return "NULLIF(REGEXP_SUBSTR(" + text + ", '" + pattern + "'), '')";
    }
}
