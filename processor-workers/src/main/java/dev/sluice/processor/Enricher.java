package dev.sluice.processor;

/**
 * One step on the way from an event to its row. It reads the event and what the steps before it found, and sets cells.
 *
 * <p>A pure function: no I/O, no clock, no randomness, no state that one event leaves for the next; the same event
 * gives the same cells, whenever, wherever and however often it is processed. Called by several threads at once.
 *
 * <p>If it throws, this event becomes a bad row that names it, and the other events live on. An {@link Error} other
 * than a stack overflow is not an event's fault: it fails the whole frame, for the caller to stop on.
 *
 * <p>What is plugged in from a jar of one's own runs apart, with a deadline: {@link ExtensionEnricher}.
 */
public interface Enricher {
    /** Names it in bad rows, logs and configuration; unique within a pipeline. */
    String name();

    void enrich(EventContext event);

    /**
     * Which data it works with, by name and version, such as {@code geo-country 2.3.2026}; empty when it needs none. It
     * changes when the data is swapped, and with it may the rows.
     */
    default String dataVersion() {
        return "";
    }
}
