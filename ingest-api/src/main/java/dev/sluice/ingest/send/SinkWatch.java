package dev.sluice.ingest.send;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log when the stream stops taking records and when it takes them again: the first failure loud, repeats quiet, the
 * recovery loud. A stream that is merely short of throughput fails and succeeds by turns, so an outage counts as over only after
 * a calm. Thread-safe.
 */
final class SinkWatch {
    private static final Logger log = LoggerFactory.getLogger(SinkWatch.class);
    private static final long CALM_NANOS = Duration.ofSeconds(10).toNanos();

    private final LongSupplier nanoTime;

    @GuardedBy("this") private boolean failing;

    @GuardedBy("this") private boolean refused;

    @GuardedBy("this") private long lastFailureNanos;

    SinkWatch(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Takes note of one answer. */
    void saw(RecordSink sink, List<PutOutcome> outcomes) {
        long failed = outcomes.stream().filter(o -> o != PutOutcome.STORED).count();
        boolean refusedNow = outcomes.contains(PutOutcome.REFUSED);
        switch (note(failed > 0, refusedNow)) {
            case QUIET -> log.debug("{} took {} of {} records", sink, outcomes.size() - failed, outcomes.size());
            case FAILING ->
                log.warn(
                        "{} did not take {} of {} records ({}); they are kept and sent again",
                        sink,
                        failed,
                        outcomes.size(),
                        outcomes.stream()
                                .filter(o -> o != PutOutcome.STORED)
                                .distinct()
                                .toList());
            case REFUSED ->
                log.error("{} refuses the calls: look at its name and the rights; hits are kept and sent again", sink);
            case RECOVERED -> log.info("{} takes records again", sink);
        }
    }

    private synchronized News note(boolean failedNow, boolean refusedNow) {
        long now = nanoTime.getAsLong();
        if (failedNow) {
            lastFailureNanos = now;
            boolean newlyRefused = refusedNow && !refused;
            boolean newlyFailing = !failing;
            failing = true;
            refused |= refusedNow;
            return newlyRefused ? News.REFUSED : newlyFailing ? News.FAILING : News.QUIET;
        }
        if (failing && now - lastFailureNanos > CALM_NANOS) {
            failing = false;
            refused = false;
            return News.RECOVERED;
        }
        return News.QUIET;
    }

    private enum News {
        QUIET,
        FAILING,
        REFUSED,
        RECOVERED
    }
}
