package dev.sluice.processor;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** What one extension counts: every event that reaches it is counted under one result. Thread-safe. */
final class ExtensionMetrics {
    /** What became of an event. */
    enum Result {
        OK,
        FAILED,
        TIMEOUT,
        DISABLED
    }

    private final Map<Result, Counter> events = new EnumMap<>(Result.class);

    ExtensionMetrics(MeterRegistry registry, String name, AtomicInteger hung) {
        for (Result result : Result.values()) {
            events.put(
                    result,
                    Counter.builder("sluice.enrich.extension")
                            .description("Events that an extension was asked about")
                            .baseUnit("events")
                            .tag("name", name)
                            .tag("result", result.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        Gauge.builder("sluice.enrich.extension.hung", hung, AtomicInteger::doubleValue)
                .description("Threads that an extension has not come back with")
                .baseUnit("threads")
                .tag("name", name)
                .register(registry);
    }

    void count(Result result) {
        Objects.requireNonNull(events.get(result)).increment();
    }
}
