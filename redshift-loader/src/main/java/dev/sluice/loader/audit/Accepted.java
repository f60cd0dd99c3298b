package dev.sluice.loader.audit;

import java.time.Instant;

/**
 * One minute of one audit record of an ingest node.
 *
 * @param first sequence number of the record's first hit
 * @param last of its last hit, inclusive; {@code first - 1} when it had none
 * @param minute of {@code received_at}
 * @param hits of the record's that were received in this minute
 * @param completeUntil every hit of the epoch that was received before has at most {@code last}
 * @param isFinal the epoch gets no more hits
 */
record Accepted(
        String epoch, long first, long last, Instant minute, long hits, Instant completeUntil, boolean isFinal) {}
