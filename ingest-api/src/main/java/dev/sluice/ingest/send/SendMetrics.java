package dev.sluice.ingest.send;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Counts what leaves for the stream. At rest, {@code sluice.ingest.accepted} = {@code sluice.ingest.sent} + pending;
 * after a stop that ran out of time, what was pending is {@code sluice.ingest.given.up}.
 */
public final class SendMetrics {
    private final Counter sent;
    private final Counter givenUp;
    private final Counter retries;
    private final DistributionSummary frameHits;
    private final DistributionSummary frameBytes;
    private final Timer calls;
    private final Map<PutOutcome, Counter> records = new EnumMap<>(PutOutcome.class);

    public SendMetrics(MeterRegistry registry) {
        sent = Counter.builder("sluice.ingest.sent")
                .description("Hits that the stream has")
                .baseUnit("hits")
                .register(registry);
        givenUp = Counter.builder("sluice.ingest.given.up")
                .description("Hits that were accepted and could not be sent before the process had to stop")
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

    void gaveUp(long hits) {
        givenUp.increment((double) hits);
    }
}
