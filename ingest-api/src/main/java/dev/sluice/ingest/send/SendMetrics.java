package dev.sluice.ingest.send;

import dev.sluice.ingest.journal.Journal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Counts what leaves for the stream. At rest, {@code sluice.ingest.accepted} + {@code sluice.ingest.journal.recovered} =
 * {@code sluice.ingest.sent} + {@code sluice.ingest.journal.pending}.
 */
public final class SendMetrics {
    private final Counter sent;
    private final Counter retries;
    private final DistributionSummary frameHits;
    private final DistributionSummary frameBytes;
    private final Timer calls;
    private final Map<PutOutcome, Counter> records = new EnumMap<>(PutOutcome.class);
    private final MeterRegistry registry;
    private final InstantSource clock;

    public SendMetrics(MeterRegistry registry, InstantSource clock) {
        this.registry = registry;
        this.clock = clock;
        sent = Counter.builder("sluice.ingest.sent")
                .description("Hits that the stream has")
                .baseUnit("hits")
                .register(registry);
        retries = Counter.builder("sluice.kinesis.put.retries")
                .description("Records sent again")
                .baseUnit("records")
                .register(registry);
        frameHits = DistributionSummary.builder("sluice.ingest.frame.hits")
                .description("Hits in a frame; its count is the number of frames made")
                .baseUnit("hits")
                .register(registry);
        frameBytes = DistributionSummary.builder("sluice.ingest.frame.bytes")
                .description("Encoded size of a frame, as the stream bills it")
                .baseUnit("bytes")
                .register(registry);
        calls = Timer.builder("sluice.kinesis.put")
                .description("Calls to the stream")
                .register(registry);
        for (PutOutcome outcome : PutOutcome.values()) {
            records.put(
                    outcome,
                    Counter.builder("sluice.kinesis.put.records")
                            .description("Records in calls to the stream, by what became of them")
                            .baseUnit("records")
                            .tag("result", outcome.tag())
                            .register(registry));
        }
    }

    /** Shows what waits in the journal and in these calls from now on. */
    void watch(Journal journal, CallWindow window) {
        Gauge.builder("sluice.ingest.journal.oldest.age", () -> oldestAge(journal, window))
                .description("Since the oldest hit was received that the stream does not have yet; 0 when it has all")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("sluice.ingest.send.window", window, CallWindow::size)
                .description("Calls that may be under way at once; fewer than configured while the stream throttles")
                .baseUnit("calls")
                .register(registry);
    }

    private double oldestAge(Journal journal, CallWindow window) {
        long oldest = Math.min(journal.standing().oldestMicros(), window.oldestMicros());
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
        return oldest == Long.MAX_VALUE ? 0 : Math.max(0, now - oldest) / 1e6;
    }

    void framed(EncodedFrame frame) {
        frameHits.record(frame.hits());
        frameBytes.record(frame.record().size());
    }

    void called(List<PutOutcome> outcomes, long nanos) {
        calls.record(nanos, TimeUnit.NANOSECONDS);
        for (PutOutcome outcome : outcomes) {
            Counter counter = records.get(outcome);
            if (counter != null) {
                counter.increment();
            }
        }
    }

    void sent(int hits) {
        sent.increment(hits);
    }

    void retried(int recordsAgain) {
        retries.increment(recordsAgain);
    }
}
