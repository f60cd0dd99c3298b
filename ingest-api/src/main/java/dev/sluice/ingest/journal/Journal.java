package dev.sluice.ingest.journal;

import dev.sluice.common.Frame;
import dev.sluice.common.RawHit;
import dev.sluice.common.TransportId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Where accepted hits wait, in order, until the stream has them. The promise of a 2xx is exactly what {@link #append} promises
 * when its future completes.
 *
 * <p>Implementations are thread-safe for any number of appenders, and for one taker with any number of releasers.
 */
public interface Journal {
    /**
     * Takes the hit, or refuses it; never blocks. The future completes with the hit's id once the journal answers for it. When
     * the hit is refused the future fails with {@link JournalRefusedException}; it is then not in the journal.
     */
    CompletableFuture<TransportId> append(RawHit hit);

    /**
     * The next hits for the sender, each given out once, in the order of their ids; waits until there is at least one. Ids of
     * one answer may come from two epochs.
     *
     * @param maxHits at most so many
     * @param maxBytes no more once their {@linkplain RawHit#weight() weight} reaches this; one hit is given whatever it weighs
     * @return empty when nothing came within {@code maxWait}, or at once when the door is shut and everything is given out
     */
    List<JournalEntry> take(int maxHits, long maxBytes, Duration maxWait) throws InterruptedException;

    /** The stream has the hits of this frame, all of them taken from here: forget them. Once per hit; frames in any order. */
    void release(Frame frame);

    /** Shuts the door: every later {@link #append} is refused as closed. What is inside stays, to be taken and released. */
    void shut();

    /** False once {@link #shut} was called, or the journal can no longer keep its promise. */
    boolean isOpen();

    /** Hits appended and not yet released, taken or not. */
    long pendingHits();

    /** What the pending hits weigh, in bytes. */
    long pendingBytes();

    /** Hits that {@link #append} accepted since the start. */
    long acceptedHits();
}
