package dev.sluice.processor;

import dev.sluice.common.table.Column;
import dev.sluice.common.table.Columns;
import dev.sluice.processor.protocol.JsonProblem;
import dev.sluice.processor.protocol.JsonReader;
import dev.sluice.processor.protocol.JsonValue;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one extension changes in one event, and what it may not. Confined to the thread between {@link #open} and {@link
 * #close}; any other is refused, so that an extension that keeps an event can't change its row later.
 */
final class ExtensionChanges {
    /** What exactly-once, privacy and the sort order of the warehouse rest on. */
    private static final Set<Column<?>> REFUSED = Set.of(
            Columns.EVENT_ID,
            Columns.EVENT_TYPE,
            Columns.RECEIVED_AT,
            Columns.OCCURRED_AT,
            Columns.ENRICHED_AT,
            Columns.LOADED_AT,
            Columns.IS_ANONYMOUS,
            Columns.PRIVACY_SIGNAL,
            Columns.IP_ADDRESS,
            Columns.EVENT_FINGERPRINT,
            Columns.IS_TRUNCATED,
            Columns.INGEST_EPOCH,
            Columns.INGEST_SEQ,
            Columns.INGEST_INDEX,
            Columns.ENRICH_VERSION,
            Columns.LOAD_ID,
            Columns.CONTEXT);

    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");
    private static final int MAX_NOTES = 20;
    private static final int MAX_NOTE_NAME_CHARS = 64;

    private final Set<Column<?>> columns = new LinkedHashSet<>();
    private int notes;
    private volatile @Nullable Thread owner;

    void open() {
        owner = Thread.currentThread();
    }

    void close() {
        owner = null;
    }

    Set<Column<?>> columns() {
        return columns;
    }

    /** Whether the extension may do anything now. */
    void check() {
        if (owner != Thread.currentThread()) {
            throw new IllegalStateException("an event is for the call that it was handed to, and for its thread");
        }
    }

    void checkNote(String name) {
        check();
        notes++;
        if (notes > MAX_NOTES || name.length() > MAX_NOTE_NAME_CHARS) {
            throw new IllegalArgumentException("more than " + MAX_NOTES + " invalid values, or a name of more than "
                    + MAX_NOTE_NAME_CHARS + " characters");
        }
    }

    /** The value as it may be set: one that COPY refuses would cost everybody's rows. */
    <T> @Nullable T checked(Column<T> column, @Nullable T value) {
        check();
        if (REFUSED.contains(column)) {
            throw new IllegalArgumentException(column + " is not for an extension to set");
        }
        T fit = value == null ? null : fit(column, value);
        columns.add(column);
        return fit;
    }

    private static <T> T fit(Column<T> column, T value) {
        // A cast in the extension may have hidden what it is.
        T typed = column.javaType().cast(value);
        if (typed instanceof Instant at) {
            if (at.isBefore(Instant.EPOCH) || at.isAfter(LAST)) {
                throw new IllegalArgumentException(column + " is a time from 1970 to 9999");
            }
            return column.javaType().cast(at.truncatedTo(ChronoUnit.MICROS));
        }
        if (typed instanceof Double number && !Double.isFinite(number)) {
            throw new IllegalArgumentException(column + " is a finite number");
        }
        if (typed instanceof String json && column.type() == Column.Type.SUPER) {
            read(json);
        }
        return typed;
    }

    /** What was written of a value: an extension can make values that are no JSON. */
    static JsonValue read(String json) {
        try {
            return JsonReader.read(json);
        } catch (JsonProblem e) {
            throw new IllegalArgumentException("no JSON that the warehouse takes: " + e.getMessage(), e);
        }
    }
}
