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
    private final Map<Caller.Anonymity, Counter> anonymous = new EnumMap<>(Caller.Anonymity.class);

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
        for (Caller.Anonymity anonymity : Caller.Anonymity.values()) {
            if (anonymity != Caller.Anonymity.NONE) {
                anonymous.put(
                        anonymity,
                        Counter.builder("sluice.ingest.anonymous")
                                .description("Accepted hits that keep nothing of who it was, by why")
                                .baseUnit("hits")
                                .tag("reason", anonymity.tag())
                                .register(registry));
            }
        }
        FunctionCounter.builder(
                        "sluice.ingest.accepted", journal, j -> j.standing().acceptedHits())
                .description("Hits that the journal took")
                .baseUnit("hits")
                .register(registry);
        FunctionCounter.builder(
                        "sluice.ingest.journal.recovered",
                        journal,
                        j -> j.standing().recoveredHits())
                .description("Hits of earlier starts, read back from the disk")
                .baseUnit("hits")
                .register(registry);
        Gauge.builder(
                        "sluice.ingest.journal.pending",
                        journal,
                        j -> j.standing().pendingHits())
                .description("Hits that the journal has and the stream does not, as far as they are read back")
                .baseUnit("hits")
                .register(registry);
        Gauge.builder("sluice.ingest.journal.bytes", journal, j -> j.standing().diskBytes())
                .description("What the journal takes of the disk")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder(
                        "sluice.ingest.journal.earlier",
                        journal,
                        j -> j.standing().recoveredBytes())
                .description("Of those, in segments of earlier starts; 0 once the stream has all of them")
                .baseUnit("bytes")
                .register(registry);
    }

    /** An accepted hit of nobody. */
    void count(Caller.Anonymity anonymity) {
        Counter counter = anonymous.get(anonymity);
        if (counter != null) {
            counter.increment();
        }
    }

    void count(Outcome outcome) {
        Counter counter = requests.get(outcome);
        if (counter != null) {
            counter.increment();
        }
    }
}
