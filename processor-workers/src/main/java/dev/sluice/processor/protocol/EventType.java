package dev.sluice.processor.protocol;

import org.jspecify.annotations.Nullable;

/** What kinds of events there are; the names in the warehouse are those that users of {@code atomic.events} know. */
public enum EventType {
    PAGE_VIEW("page_view"),
    PAGE_PING("page_ping"),
    STRUCT("struct"),
    SELF_DESCRIBING("unstruct");

    private final String columnValue;

    EventType(String columnValue) {
        this.columnValue = columnValue;
    }

    /** As the column {@code event_type} says it. */
    public String columnValue() {
        return columnValue;
    }

    /**
     * By the value of {@code e}; null for the legacy shop and ad events, which have no table, and for anything else.
     */
    static @Nullable EventType of(String code) {
        return switch (code) {
            case "pv" -> PAGE_VIEW;
            case "pp" -> PAGE_PING;
            case "se", "ev" -> STRUCT;
            case "ue" -> SELF_DESCRIBING;
            default -> null;
        };
    }
}
