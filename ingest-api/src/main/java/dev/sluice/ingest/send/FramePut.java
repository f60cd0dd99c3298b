package dev.sluice.ingest.send;

import dev.sluice.common.Backoff;
import dev.sluice.ingest.journal.Journal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets frames and audit records into the stream, however long it takes: sends them in one call, waits, sends again what was not stored,
 * and only that. Each is released from the journal as soon as it is stored. Holds no state of its own; thread-safe.
 */
final class FramePut {
    private static final Logger log = LoggerFactory.getLogger(FramePut.class);

    /** Waits; a test does not. */
    interface Sleeper {
        void sleep(Duration duration) throws InterruptedException;
    }

    /** When and how long to wait. {@code random} is used from several threads. */
    record Pace(Backoff backoff, RandomGenerator random, Sleeper sleeper) {
        void await(int failures, boolean refused) throws InterruptedException {
            // A refusal does not heal by itself, so nothing is gained by asking often.
            sleeper.sleep(refused ? backoff.most() : backoff.delay(failures, random));
        }
    }

    private final RecordSink sink;
    private final Journal journal;
    private final Pace pace;
    private final SendMetrics metrics;
    private final SinkWatch watch;

    FramePut(RecordSink sink, Journal journal, Pace pace, SendMetrics metrics, SinkWatch watch) {
        this.sink = sink;
        this.journal = journal;
        this.pace = pace;
        this.metrics = metrics;
        this.watch = watch;
    }

    /**
     * Returns when all records are stored; none is ever dropped. Only an interrupt ends it earlier.
     *
     * @param window hears of every answer
     */
    void send(List<? extends Outgoing> records, CallWindow window) throws InterruptedException {
        List<? extends Outgoing> left = records;
        for (int failures = 1; ; failures++) {
            List<PutOutcome> outcomes = put(left);
            var again = new ArrayList<Outgoing>();
            for (int i = 0; i < left.size(); i++) {
                Outgoing record = left.get(i);
                if (outcomes.get(i) == PutOutcome.STORED) {
                    metrics.sent(record.hits());
                    record.releaseFrom(journal);
                } else {
                    again.add(record.elsewhere(pace.random()));
                }
            }
            watch.saw(sink, outcomes);
            window.answered(outcomes.contains(PutOutcome.THROTTLED));
            if (again.isEmpty()) {
                return;
            }
            pace.await(failures, outcomes.contains(PutOutcome.REFUSED));
            metrics.retried(again.size());
            left = again;
        }
    }

    void warmUp() {
        sink.warmUp();
    }

    /** A frame was made that {@link #send} will get. */
    void framed(EncodedFrame frame) {
        metrics.framed(frame);
    }

    private List<PutOutcome> put(List<? extends Outgoing> records) throws InterruptedException {
        long start = System.nanoTime();
        List<PutOutcome> outcomes = outcomes(records);
        metrics.called(outcomes, System.nanoTime() - start);
        return outcomes;
    }

    private List<PutOutcome> outcomes(List<? extends Outgoing> records) throws InterruptedException {
        try {
            List<PutOutcome> outcomes =
                    sink.put(records.stream().map(Outgoing::record).toList());
            if (outcomes.size() == records.size()) {
                return outcomes;
            }
            log.error("{} answered {} outcomes for {} records", sink, outcomes.size(), records.size());
        } catch (RuntimeException e) {
            // A sink judges its failures itself, so this is a fault in it; the records must survive that as well.
            log.error("{} failed unexpectedly; {} records are sent again", sink, records.size(), e);
        }
        return records.stream().map(_ -> PutOutcome.FAILED).toList();
    }
}
