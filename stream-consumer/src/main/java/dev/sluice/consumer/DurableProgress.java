package dev.sluice.consumer;

import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.kinesis.retrieval.kpl.ExtendedSequenceNumber;

/**
 * How far one shard has come: delivered, then durable, then checkpointed, each never past the one before. The checkpoint may
 * only ever be the highest position below which everything is durable. Written by the shard's thread, {@link #lagNanos} read by any.
 */
final class DurableProgress {
    private final LongSupplier nanoTime;

    private @Nullable ExtendedSequenceNumber delivered;
    private @Nullable ExtendedSequenceNumber durable;
    private @Nullable ExtendedSequenceNumber checkpointed;

    /** About when the oldest record that is not checkpointed was delivered. */
    private volatile long waitingSinceNanos;

    private volatile boolean waiting;
    /** About when the first record after the durable ones was delivered. */
    private long undurableSinceNanos;

    DurableProgress(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Notes that a record was handed to us.
     *
     * @return false when it, or a later one, was delivered before: a repeat, to be left alone
     */
    boolean delivered(ExtendedSequenceNumber position) {
        if (delivered != null && position.compareTo(delivered) <= 0) {
            return false;
        }
        long now = nanoTime.getAsLong();
        if (delivered == null || delivered.equals(durable)) {
            undurableSinceNanos = now;
        }
        if (!waiting) {
            waitingSinceNanos = now;
            waiting = true;
        }
        delivered = position;
        return true;
    }

    /** Notes that this record and all before it are durable. */
    void durable(ExtendedSequenceNumber position) {
        if (delivered == null || position.compareTo(delivered) > 0) {
            throw new IllegalStateException("durable before it was delivered: " + position + " > " + delivered);
        }
        if (durable != null && position.compareTo(durable) < 0) {
            throw new IllegalStateException("what is durable stays so: " + position + " < " + durable);
        }
        durable = position;
        if (!position.equals(delivered)) {
            undurableSinceNanos = nanoTime.getAsLong();
        }
    }

    /** What is to be checkpointed; empty when nothing became durable since the last one. */
    Optional<ExtendedSequenceNumber> toCheckpoint() {
        return durable == null || durable.equals(checkpointed) ? Optional.empty() : Optional.of(durable);
    }

    /** Notes that the next start begins after this record. */
    void checkpointed(ExtendedSequenceNumber position) {
        if (durable == null || position.compareTo(durable) > 0) {
            throw new IllegalStateException("checkpointed before it was durable: " + position + " > " + durable);
        }
        checkpointed = position;
        if (position.equals(delivered)) {
            waiting = false;
        } else {
            waitingSinceNanos = undurableSinceNanos;
        }
    }

    /** Whether everything that was delivered is durable. */
    boolean isAllDurable() {
        return delivered == null || delivered.equals(durable);
    }

    /** For how long the oldest record that is not checkpointed has been waiting; 0 when there is none. */
    long lagNanos() {
        return waiting ? Math.max(0, nanoTime.getAsLong() - waitingSinceNanos) : 0;
    }
}
