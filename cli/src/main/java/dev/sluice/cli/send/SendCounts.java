package dev.sluice.cli.send;

import java.util.concurrent.atomic.LongAdder;

/**
 * What became of the events. {@code sent = accepted + refused + unanswered}, once nothing is under way. Thread-safe.
 *
 * <p>Refused: the last answer was no 2xx. Unanswered: there was no last answer, so the event may or may not have arrived.
 */
final class SendCounts {
    final LongAdder accepted = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder unanswered = new LongAdder();
    final LongAdder retries = new LongAdder();

    /** Of the accepted ones, each from the moment at which it was due to the end of its 2xx, all tries included. */
    final Latencies latencies = new Latencies();

    long sent() {
        return accepted.sum() + refused.sum() + unanswered.sum();
    }

    boolean allAccepted() {
        return refused.sum() == 0 && unanswered.sum() == 0;
    }
}
