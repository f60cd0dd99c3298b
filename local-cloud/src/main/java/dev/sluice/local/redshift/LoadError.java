package dev.sluice.local.redshift;

import org.jspecify.annotations.Nullable;

/**
 * One row that COPY refused: a row of SYS_LOAD_ERROR_DETAIL.
 *
 * @param line where the row starts in its file, from 1; 0 when it isn't about a line
 * @param fault why
 */
record LoadError(String file, long line, Fault fault) {
    /** The numbers are those of Redshift's load errors. */
    enum Kind {
        OTHER(1200),
        MISSING_COLUMN(1201),
        EXTRA_COLUMN(1202),
        TOO_LONG(1204),
        BAD_TIME(1206),
        BAD_VALUE(1207),
        EMPTY_LINE(1211),
        MISSING_VALUE(1213),
        UNENDED_QUOTE(1214),
        BAD_JSON(1216),
        BAD_UTF8(1220),
        UNREADABLE(1229);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        /** For an error that PostgreSQL found while it took the rows. */
        static Kind ofSqlState(String sqlState) {
            return switch (sqlState) {
                case "22P02", "22003", "22P05" -> BAD_VALUE;
                case "22007", "22008" -> BAD_TIME;
                case "22001" -> TOO_LONG;
                case "22021" -> BAD_UTF8;
                case "23502" -> MISSING_VALUE;
                default -> OTHER;
            };
        }
    }

    /** @param field the offending field, cut short */
    record Fault(Kind kind, String reason, @Nullable TargetColumn column, String field) {}
}
