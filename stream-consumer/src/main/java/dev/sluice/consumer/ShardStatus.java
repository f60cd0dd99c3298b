package dev.sluice.consumer;

import java.time.Duration;
import java.util.function.LongSupplier;

/** What others see of one shard while its lease is held. Written by the shard's thread, read by any. */
final class ShardStatus {
    private final String id;
    private final DurableProgress progress;
    private final LongSupplier nanoTime;
    private volatile long millisBehind;
    private volatile long readNanos;

    ShardStatus(String id, DurableProgress progress, LongSupplier nanoTime) {
        this.id = id;
        this.progress = progress;
        this.nanoTime = nanoTime;
        readNanos = nanoTime.getAsLong();
    }

    /** Notes that the shard was read, and how far behind its newest record that was, by Kinesis' count. */
    void read(long millisBehindNewest) {
        millisBehind = millisBehindNewest;
        readNanos = nanoTime.getAsLong();
    }

    String id() {
        return id;
    }

    long millisBehind() {
        return millisBehind;
    }

    /** For how long the oldest record that is not checkpointed has been waiting. */
    long checkpointLagNanos() {
        return progress.lagNanos();
    }

    /** For how long nothing has moved: no read, or a record that is not checkpointed. A quiet shard is read too. */
    Duration standstill() {
        return Duration.ofNanos(Math.max(sinceReadNanos(), progress.lagNanos()));
    }

    /** How old the oldest thing in the stream may be that this shard still owes: not read, or read and not checkpointed. */
    Duration lag() {
        Duration unread = Duration.ofMillis(millisBehind).plusNanos(sinceReadNanos());
        Duration unfinished = Duration.ofNanos(progress.lagNanos());
        return unread.compareTo(unfinished) > 0 ? unread : unfinished;
    }

    private long sinceReadNanos() {
        return Math.max(0, nanoTime.getAsLong() - readNanos);
    }
}
