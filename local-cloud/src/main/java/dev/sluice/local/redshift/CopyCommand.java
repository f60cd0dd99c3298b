package dev.sluice.local.redshift;

import java.util.List;
import java.util.Optional;

/**
 * A COPY from S3, parsed.
 *
 * @param maxErrors how many rows may be refused before the whole is
 */
record CopyCommand(Target target, Source source, Format format, Conversions conversions, int maxErrors) {
    enum Compression {
        NONE,
        GZIP,
        ZSTD
    }

    /**
     * @param table as it stood in the statement, quotes and schema included
     * @param columns the column list's names, as the catalog has them; empty = all columns
     */
    record Target(String table, List<String> columns) {}

    /** @param manifest whether the object at {@code uri} lists the objects to read; else it is a prefix */
    record Source(String uri, boolean manifest, Compression compression) {}

    sealed interface Format {}

    /**
     * Lines of fields.
     *
     * @param quote the quoting character of CSV; empty = plain delimited text
     * @param escape whether a backslash makes the next character plain
     */
    record Delimited(char delimiter, Optional<Character> quote, boolean escape, int ignoreHeader) implements Format {}

    /** Objects whose keys are the columns' names. */
    record Json(boolean ignoreCase) implements Format {}

    /**
     * @param nullAs the unquoted text that means NULL
     * @param invalidReplacement what stands in for bytes that aren't UTF-8; empty = they are an error
     */
    record Conversions(
            Blanks blanks,
            String nullAs,
            boolean truncate,
            Optional<String> invalidReplacement,
            TimeFormat timeFormat) {}

    /** What becomes of empty fields, of fields of blanks only, of lines that are short. */
    record Blanks(
            boolean emptyAsNull, boolean blanksAsNull, boolean trim, boolean fillRecord, boolean ignoreBlankLines) {}

    enum TimeFormat {
        /** Whatever PostgreSQL understands, which is more than Redshift's 'auto'. */
        TEXT,
        EPOCH_SECONDS,
        EPOCH_MILLIS
    }
}
