package dev.sluice.loader.load;

import java.sql.SQLException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Why a load did not commit. Judged once, where JDBC or S3 is called; above, only the {@link Kind} counts. The message holds no
 * row's content: what a warehouse says of bad data is kept without the parts in quotes.
 */
public final class LoadFailure extends Exception {
    enum Kind {
        /** Nothing is wrong with the batches: wait and try all of it again. */
        RETRY,
        /** One of the batches can't be loaded as it is; others can. */
        BATCH,
        /** No retry helps before a person has changed something: the schema, or this program. */
        FATAL
    }

    private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"?|'[^']*'?");
    private static final Pattern UNREADABLE_FILE =
            Pattern.compile("NoSuchKey|does not exist|Status 404|(?i:zlib|gzip|decompress|inflat)");
    private static final int MESSAGE_CHARS = 300;

    private final Kind kind;

    LoadFailure(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    /** Judges what any statement but COPY threw. */
    static LoadFailure of(String doing, SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        // Data exceptions and violated constraints come from rows. Class 42 is wrong SQL or a table that isn't what it
        // should be,
        // but for 42501, a missing grant, which someone gives while we wait. All else (connections, locks, time-outs, a
        // full
        // disk, a log-in refused, serialization: 1023) passes, or needs someone whom waiting does not hinder.
        if (state.startsWith("22") || state.startsWith("23")) {
            return new LoadFailure(Kind.BATCH, doing + ": " + state + " " + withoutContent(e.getMessage()), e);
        }
        if ((state.startsWith("42") && !state.equals("42501")) || state.startsWith("0A")) {
            return new LoadFailure(Kind.FATAL, doing + ": " + state + " " + firstLine(e.getMessage()), e);
        }
        return new LoadFailure(Kind.RETRY, doing + ": " + state + " " + firstLine(e.getMessage()), e);
    }

    /** Judges what a COPY threw: Redshift gives most of its errors one SQL state, so here the text must tell them apart. */
    static LoadFailure ofCopy(String doing, SQLException e) {
        String message = e.getMessage() == null ? "" : e.getMessage();
        if (message.contains("Load into table")
                || UNREADABLE_FILE.matcher(message).find()) {
            return new LoadFailure(Kind.BATCH, doing + ": " + withoutContent(message), e);
        }
        return of(doing, e);
    }

    /** Whether a COPY was refused for what is in its rows, and for nothing else. */
    static boolean isAboutRows(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        String message = e.getMessage() == null ? "" : e.getMessage();
        return message.contains("Load into table") || state.startsWith("22") || state.startsWith("23");
    }

    /** Anything S3 says is worth a retry: what is wrong with one object is judged by who reads it. */
    static LoadFailure of(String doing, SdkException e) {
        return new LoadFailure(Kind.RETRY, doing + ": " + firstLine(e.getMessage()), e);
    }

    static String withoutContent(@Nullable String message) {
        return QUOTED.matcher(firstLine(message)).replaceAll("…");
    }

    private static String firstLine(@Nullable String message) {
        String text = message == null ? "" : message.lines().findFirst().orElse("");
        return text.length() <= MESSAGE_CHARS ? text : text.substring(0, MESSAGE_CHARS) + "…";
    }
}
