package dev.sluice.processor;

import dev.sluice.common.RawHit;
import dev.sluice.common.table.Column;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.RowDraft;
import dev.sluice.common.table.Table;
import dev.sluice.processor.protocol.EventType;
import dev.sluice.processor.protocol.JsonValue;
import dev.sluice.processor.protocol.JsonWriter;
import dev.sluice.processor.protocol.Param;
import dev.sluice.processor.protocol.Text;
import dev.sluice.processor.protocol.TrackerEvent;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One event on its way through the enrichers: what was sent, and the row that grows out of it. Whatever is set is made
 * fit for its column, so that no enricher has to think of bytes, U+0000 or half surrogates. Confined to one thread, for
 * one event.
 */
public final class EventContext {
    /** Of a value that is kept only to show what was wrong with it. */
    private static final int MAX_INVALID_BYTES = 256;

    private static final int MAX_EXTRAS = 100;
    private static final int MAX_EXTRA_NAME_BYTES = 128;

    private final EventOrigin origin;
    private final TrackerEvent event;
    private final Table table;
    private final RowDraft row;
    /** What an extension did; null for the event itself. */
    private final @Nullable ExtensionChanges changes;

    private SortedSet<String> truncated = Collections.emptySortedSet();
    private SortedMap<String, JsonValue> invalid = Collections.emptySortedMap();
    private SortedMap<String, JsonValue> extras = Collections.emptySortedMap();
    private long extraBytes;

    EventContext(EventOrigin origin, TrackerEvent event) {
        this(origin, event, new RowDraft(), null);
    }

    private EventContext(EventOrigin origin, TrackerEvent event, RowDraft row, @Nullable ExtensionChanges changes) {
        this.origin = origin;
        this.event = event;
        this.row = row;
        this.changes = changes;
        this.table = event.type() == EventType.PAGE_VIEW ? Table.PAGE_VIEWS : Table.EVENTS;
    }

    public EventOrigin origin() {
        return origin;
    }

    public RawHit hit() {
        return origin.hit();
    }

    /** The event as its sender described it. */
    public TrackerEvent event() {
        return event;
    }

    /** A parameter of the event, never empty; null when it was not sent. */
    public @Nullable String param(Param param) {
        return event.get(param);
    }

    /** Where the row will go; cells of columns that this table lacks are given up. */
    public Table table() {
        return table;
    }

    public boolean isPageView() {
        return table == Table.PAGE_VIEWS;
    }

    /** What an earlier enricher set; null when none did. */
    public <T> @Nullable T get(Column<T> column) {
        return row.get(column);
    }

    /** Sets a cell that is not text. */
    public <T> EventContext set(Column<T> column, @Nullable T value) {
        if (column.javaType() == String.class) {
            throw new IllegalArgumentException(column + " holds text: it is set by text() or json()");
        }
        cell(column, value);
        return this;
    }

    private <T> void cell(Column<T> column, @Nullable T value) {
        row.set(column, changes == null ? value : changes.checked(column, value));
    }

    /**
     * Sets a cell that is text: cleaned and, when it needs more bytes than the column has, cut at a code point and
     * noted. Nothing and the empty text are NULL. Text that is not ASCII is not put into a CHAR: that value is noted as
     * invalid.
     */
    public EventContext text(Column<String> column, @Nullable String value) {
        if (!column.isText()) {
            throw new IllegalArgumentException(column + " does not hold text");
        }
        if (value == null || value.isEmpty()) {
            cell(column, null);
            return this;
        }
        String clean = Text.clean(value);
        if (column.type() == Column.Type.CHAR && !isAscii(clean)) {
            invalid(column.name(), value);
            cell(column, null);
            return this;
        }
        String cut = Text.cut(clean, column.maxBytes());
        if (cut.length() < clean.length()) {
            truncated(column.name());
        }
        // A column too narrow for the first character leaves nothing.
        cell(column, cut.isEmpty() ? null : cut);
        return this;
    }

    /** Sets a SUPER cell, unless it is larger than the warehouse takes: then it stays NULL, which is noted. */
    public EventContext json(Column<String> column, JsonValue value) {
        String json = JsonWriter.write(value);
        if (Text.isLonger(json, ContextDocument.MAX_BYTES)) {
            truncated(column.name());
            cell(column, null);
        } else {
            cell(column, json);
        }
        return this;
    }

    /**
     * Puts a value that no column takes into the member {@code extensions} of {@code context}, in the place of an
     * earlier one of this name. What is too large for the column is left out, which is noted.
     *
     * @param name at most 128 bytes; begin it with the enricher's own, as all share one object
     * @throws IllegalArgumentException when there would be more than 100, or the value is no JSON that the warehouse takes
     */
    public EventContext extra(String name, JsonValue value) {
        if (changes != null) {
            changes.check();
        }
        String clean = Text.clean(name);
        if (clean.isBlank() || Text.isLonger(clean, MAX_EXTRA_NAME_BYTES)) {
            throw new IllegalArgumentException("the name of an extra has 1 to " + MAX_EXTRA_NAME_BYTES + " bytes");
        }
        if (extras.isEmpty()) {
            extras = new TreeMap<>();
        }
        if (extras.size() >= MAX_EXTRAS && !extras.containsKey(clean)) {
            throw new IllegalArgumentException("more than " + MAX_EXTRAS + " extras");
        }
        String json = JsonWriter.write(value);
        extraBytes += json.length();
        if (extraBytes > ContextDocument.MAX_BYTES) {
            truncated("extensions." + clean);
        } else {
            // Read again: a copy that nobody else holds, and surely JSON.
            extras.put(clean, ExtensionChanges.read(json));
        }
        return this;
    }

    /** Notes that a parameter's value made no sense, and keeps its beginning in {@code context}. */
    public void invalid(String name, String value) {
        if (changes != null) {
            changes.checkNote(name);
        }
        if (invalid.isEmpty()) {
            invalid = new TreeMap<>();
        }
        invalid.put(name, new JsonValue.Text(Text.cut(Text.clean(value), MAX_INVALID_BYTES)));
    }

    private void truncated(String name) {
        if (truncated.isEmpty()) {
            truncated = new TreeSet<>();
        }
        truncated.add(name);
    }

    void context(@Nullable String json, boolean isTruncated) {
        row.set(Columns.CONTEXT, json);
        row.set(Columns.IS_TRUNCATED, isTruncated);
    }

    /**
     * The event as an extension sees it: with the address as far as it is kept, without the raw request, and with cells
     * that come into this row only by {@link #take}.
     */
    EventContext forExtension() {
        RawHit hit = origin.hit();
        RawHit.Visitor visitor = hit.visitor();
        String kept = row.get(Columns.IP_ADDRESS);
        var shown = new RawHit(
                hit.receivedAt(),
                new RawHit.Visitor(
                        kept == null ? "" : kept,
                        visitor.anonymous() ? RawHit.Visitor.NO_NETWORK_ID : visitor.networkId(),
                        visitor.anonymous(),
                        visitor.privacySignal()),
                hit.method(),
                hit.path(),
                "",
                hit.headers(),
                new byte[0]);
        return new EventContext(
                new EventOrigin(shown, origin.id(), origin.index(), origin.enrichedAt()),
                event.without(Param.IP),
                row.copy(),
                new ExtensionChanges());
    }

    /** The changes of an extension's view. */
    ExtensionChanges changes() {
        return Objects.requireNonNull(changes);
    }

    /** Takes over what an extension has set and noted. */
    void take(EventContext view) {
        for (Column<?> column : view.changes().columns()) {
            copy(view, column);
        }
        view.truncated.forEach(this::truncated);
        if (!view.invalid.isEmpty()) {
            invalid = new TreeMap<>(invalid);
            invalid.putAll(view.invalid);
        }
        if (!view.extras.isEmpty()) {
            extras = new TreeMap<>(extras);
            extras.putAll(view.extras);
        }
    }

    private <T> void copy(EventContext from, Column<T> column) {
        row.set(column, from.row.get(column));
    }

    SortedMap<String, JsonValue> extras() {
        return extras;
    }

    SortedSet<String> truncated() {
        return truncated;
    }

    SortedMap<String, JsonValue> invalid() {
        return invalid;
    }

    Row toRow() {
        return row.toRow(table);
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }
}
