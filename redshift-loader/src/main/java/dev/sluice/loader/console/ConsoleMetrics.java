package dev.sluice.loader.console;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Who looks, and who was turned away. Thread-safe. */
final class ConsoleMetrics {
    private final Counter full;
    private final Counter foreign;

    ConsoleMetrics(MeterRegistry registry, Board board) {
        Gauge.builder("sluice.console.viewers", board, Board::viewers)
                .description("Open pages that are kept up to date")
                .register(registry);
        this.full = refused(registry, "full");
        this.foreign = refused(registry, "foreign");
    }

    private static Counter refused(MeterRegistry registry, String reason) {
        return Counter.builder("sluice.console.refused")
                .description("Requests to the console that were turned away")
                .tag("reason", reason)
                .register(registry);
    }

    /** There were as many viewers as there may be. */
    void full() {
        full.increment();
    }

    /** From another machine, under another name, or by a page of another site. */
    void foreign() {
        foreign.increment();
    }
}
