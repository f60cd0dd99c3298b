package dev.sluice.loader.load;

import java.util.Locale;

/**
 * Every reason why a staged row is a bad row and not a row of its table. The lower-case name is what {@code bad_events.reason}
 * says, beside the stage {@code load}.
 */
enum QuarantineReason {
    /** More or fewer fields than the table has columns. */
    WRONG_COLUMN_COUNT,
    /** A quote that is not closed, or is closed in the middle of a field. */
    BROKEN_QUOTES,
    /** More bytes than the column takes. */
    TOO_LONG,
    /** Bytes that are not UTF-8, or characters that no column takes. */
    BAD_BYTES,
    /** No number, or one that the column's type can't hold. */
    BAD_NUMBER,
    /** No time that the column takes. */
    BAD_TIMESTAMP,
    /** Neither true nor false. */
    BAD_BOOLEAN,
    /** No JSON, or JSON beyond what SUPER takes. */
    BAD_JSON,
    /** Nothing where the column wants something. */
    MISSING_VALUE,
    /** The warehouse refuses the row, and what it says of it is none of the above. */
    REFUSED;

    static final String STAGE = "load";

    String columnValue() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** By the number of one of Redshift's load errors. */
    static QuarantineReason ofLoadError(int code) {
        return switch (code) {
            case 1201, 1202, 1211 -> WRONG_COLUMN_COUNT;
            case 1204 -> TOO_LONG;
            case 1205, 1206 -> BAD_TIMESTAMP;
            case 1207, 1208 -> BAD_NUMBER;
            case 1210, 1213 -> MISSING_VALUE;
            case 1212, 1214 -> BROKEN_QUOTES;
            case 1216, 1224 -> BAD_JSON;
            case 1220 -> BAD_BYTES;
            default -> REFUSED;
        };
    }
}
