package dev.sluice.ingest.journal;

import dev.sluice.common.EncodedHit;
import dev.sluice.common.TransportId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Where accepted hits wait until the stream has them. The promise of a 2xx is exactly what {@link #append} promises when its
 * future completes.
 *
 * <p>Thread-safe for any number of appenders, and for one taker with any number of releasers. Nothing has to be released in
 * order, and what was not released is given out again by the next start, under the same ids.
 */
public interface Journal {
    /**
     * Takes the hit, or refuses it; never blocks. The future completes with the hit's id once the journal answers for it, or
     * fails with {@link JournalRefusedException}. It may be cancelled by who no longer waits; the hit stays.
     */
    CompletableFuture<TransportId> append(EncodedHit hit);

    /**
     * The next fresh hits, each given out once, in the order of their ids. Waits until there is at least one, or an audit record.
     *
     * @param maxHits at most so many
     * @param maxBytes no more once they reach this; one hit is given whatever its size
     * @return empty when nothing came within {@code maxWait}, and at once when audit records wait or nothing can come any more
     */
    List<JournalEntry> take(int maxHits, long maxBytes, Duration maxWait) throws InterruptedException;

    /**
     * The next hits that are only on disk: those of earlier starts, and those that found no room in memory. Never waits for
     * hits, but reads the disk. Ids of one answer may come from several epochs.
     *
     * @param maxBytes no more once they reach this
     * @return empty when there are none
     * @throws IOException when they cannot be read; nothing can be promised from then on
     */
    List<JournalEntry> takeBacklog(long maxBytes) throws IOException;

    /** Whether {@link #takeBacklog} has something to give. */
    boolean hasBacklog();

    /** The audit records that wait, each given out once. Never waits. */
    List<PendingAudit> takeAudits();

    /** The stream has this audit record. Once per record, in any order. */
    void release(PendingAudit stored);

    /** The stream has these hits, all of them taken from here: forget them. Once per hit; ranges in any order. */
    void release(HitRange stored);

    /** Shuts the door: every later {@link #append} is refused as closed. What is inside stays, to be taken and released. */
    void shut();

    /**
     * Nothing can be promised any more: shuts the door, refuses what is not on disk yet, and has the process ended. Does not
     * block.
     */
    void fail(Throwable cause);

    /** False once {@link #shut} was called, or the journal can no longer keep its promise. */
    boolean isOpen();

    /** True when the door is shut and every fresh hit and every audit record has been given out. */
    boolean isDrained();

    /** What waits inside; as of about now. */
    Standing standing();

    /**
     * How much waits in a journal.
     *
     * @param acceptedHits accepted since the start
     * @param recoveredHits of earlier starts, read back since this one
     * @param pendingHits accepted or read back, and not yet released
     * @param diskBytes that the journal takes on the disk
     * @param recoveredBytes of those, in segments of earlier starts
     * @param oldestMicros when the oldest hit that waits to be taken was received, as microseconds since 1970;
     *     {@link Long#MAX_VALUE} when none waits
     */
    record Standing(
            long acceptedHits,
            long recoveredHits,
            long pendingHits,
            long diskBytes,
            long recoveredBytes,
            long oldestMicros) {}
}
