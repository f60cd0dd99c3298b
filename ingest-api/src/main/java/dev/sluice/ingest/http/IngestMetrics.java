package dev.sluice.ingest.http;

import dev.sluice.ingest.journal.Journal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;

/**
 * Counts what comes in. Every request has one outcome, so the sum of {@code sluice.ingest.requests} is all of them. What was
 * answered as accepted equals {@code sluice.ingest.accepted}, which the journal counts by itself, plus nothing: only answers that
 * came too late ({@code journal_slow}) are accepted without having been told so.
 */
public final class IngestMetrics {
    private final Map<Outcome, Counter> requests = new EnumMap<>(Outcome.class);

    public IngestMetrics(MeterRegistry registry, Journal journal) {
        for (Outcome outcome : Outcome.values()) {
            requests.put(
                    outcome,
                    Counter.builder("sluice.ingest.requests")
                            .description("Requests by what became of them")
                            .baseUnit("requests")
                            .tag("outcome", outcome.kind().tag())
                            .tag("reason", outcome.reason())
                            .register(registry));
        }
        FunctionCounter.builder("sluice.ingest.accepted", journal, Journal::acceptedHits)
                .description("Hits that the journal took")
                .baseUnit("hits")
                .register(registry);
        Gauge.builder("sluice.ingest.journal.pending", journal, Journal::pendingHits)
                .description("Hits that the journal took and the stream does not have yet")
                .baseUnit("hits")
                .register(registry);
        Gauge.builder("sluice.ingest.journal.bytes", journal, Journal::pendingBytes)
                .description("What those hits weigh")
                .baseUnit("bytes")
                .register(registry);
    }

    void count(Outcome outcome) {
        Counter counter = requests.get(outcome);
        if (counter != null) {
            counter.increment();
        }
    }
}
