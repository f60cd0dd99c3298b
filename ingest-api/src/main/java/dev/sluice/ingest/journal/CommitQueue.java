package dev.sluice.ingest.journal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.common.EncodedHit;
import dev.sluice.common.TransportId;
import dev.sluice.ingest.journal.JournalRefusedException.Reason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Hits on their way to the disk. The group for the next flush forms by itself while the committer is busy with the last one, so
 * nobody waits for a timer. Bounded by bytes. Thread-safe for any number of appenders and one committer.
 */
final class CommitQueue {
    /** A hit, and who waits for it. */
    record Append(EncodedHit hit, CompletableFuture<TransportId> durable) {}

    /**
     * No hit in the queue is older by more than this than one before it: far longer than a request takes from its clock to here. One
     * that would be, as the clock was set back or the process stood still, is taken as received that much before the newest. So
     * {@link #completeUntil} holds for what is still on its way, and for a segment that is read back its newest hit tells the same.
     */
    static final Duration SLACK = Duration.ofSeconds(1);

    static final long SLACK_MICROS = TimeUnit.NANOSECONDS.toMicros(SLACK.toNanos());

    private final long maxBytes;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();

    @GuardedBy("lock") private final ArrayDeque<Append> waiting = new ArrayDeque<>();

    @GuardedBy("lock") private long waitingBytes;

    @GuardedBy("lock") private long diskRoom;

    @GuardedBy("lock") private boolean open = true;

    /** The latest time there was, of a hit or at {@link #completeUntil}; no real one is this early. */
    @GuardedBy("lock") private long newestMicros = Long.MIN_VALUE / 2;

    @GuardedBy("lock") private long retimed;

    @GuardedBy("lock") private boolean committerSleeps;

    /** @param maxBytes that may wait */
    CommitQueue(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    CompletableFuture<TransportId> append(EncodedHit hit) {
        var durable = new CompletableFuture<TransportId>();
        long size = hit.weight();
        long micros = hit.receivedAtMicros();
        Reason refusal;
        lock.lock();
        try {
            // Room and the door are looked at under the lock that inserts: else a hit could slip in behind the last
            // group.
            if (open && waitingBytes + size <= maxBytes && waitingBytes + size <= diskRoom) {
                waiting.addLast(new Append(inTime(hit, micros), durable));
                waitingBytes += size;
                if (committerSleeps) {
                    arrived.signal();
                }
                return durable;
            }
            refusal = open ? Reason.FULL : Reason.CLOSED;
        } finally {
            lock.unlock();
        }
        return CompletableFuture.failedFuture(new JournalRefusedException(refusal));
    }

    /** The hit, not too old for its place in the queue; only one that is costs a copy. */
    @GuardedBy("lock") private EncodedHit inTime(EncodedHit hit, long micros) {
        newestMicros = Math.max(newestMicros, micros);
        if (micros >= newestMicros - SLACK_MICROS) {
            return hit;
        }
        retimed++;
        return hit.receivedNoEarlierThan(newestMicros - SLACK_MICROS);
    }

    /**
     * A time before which no hit was received that is in the queue or will come into it, as microseconds since 1970. It never goes
     * back.
     *
     * @param nowMicros by the clock that hits get their time from
     */
    long completeUntil(long nowMicros) {
        lock.lock();
        try {
            newestMicros = Math.max(newestMicros, nowMicros);
            long until = newestMicros - SLACK_MICROS;
            for (Append append : waiting) {
                until = Math.min(until, append.hit().receivedAtMicros());
            }
            return until;
        } finally {
            lock.unlock();
        }
    }

    /** How many hits were taken as received later than they said, since this was last asked. */
    long takeRetimed() {
        lock.lock();
        try {
            long hits = retimed;
            retimed = 0;
            return hits;
        } finally {
            lock.unlock();
        }
    }

    /** Bytes that the disk still has for what is appended; until it is told, there is no room. */
    void setDiskRoom(long bytes) {
        lock.lock();
        try {
            diskRoom = bytes;
        } finally {
            lock.unlock();
        }
    }

    /**
     * All that waits, up to the size of a group; when nothing does, what comes next.
     *
     * @param notBeforeNanos of {@link System#nanoTime}: until then a group may still grow
     * @return empty when nothing came within {@code maxWait}, or at once when the queue is shut and empty
     */
    List<Append> take(int maxHits, long groupBytes, Duration maxWait, long notBeforeNanos) throws InterruptedException {
        var group = new ArrayList<Append>();
        long leftNanos = maxWait.toNanos();
        lock.lockInterruptibly();
        try {
            committerSleeps = true;
            while (waiting.isEmpty() && open && leftNanos > 0) {
                leftNanos = arrived.awaitNanos(leftNanos);
            }
            committerSleeps = false;
            // Nobody signals what comes meanwhile, so this is one sleep.
            long growNanos = notBeforeNanos - System.nanoTime();
            while (!waiting.isEmpty() && open && growNanos > 0 && waitingBytes < groupBytes) {
                growNanos = arrived.awaitNanos(growNanos);
            }
            long bytes = 0;
            while (!waiting.isEmpty() && group.size() < maxHits && bytes < groupBytes) {
                Append append = waiting.removeFirst();
                bytes += append.hit().size();
                waitingBytes -= append.hit().weight();
                group.add(append);
            }
        } finally {
            lock.unlock();
        }
        return group;
    }

    /** Refuses what comes from now on; what waits stays to be taken. */
    void shut() {
        lock.lock();
        try {
            open = false;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Refuses what comes and what waits. */
    void fail() {
        List<Append> refused;
        lock.lock();
        try {
            open = false;
            refused = List.copyOf(waiting);
            waiting.clear();
            waitingBytes = 0;
        } finally {
            lock.unlock();
        }
        refuse(refused);
    }

    static void refuse(List<Append> appends) {
        var closed = new JournalRefusedException(Reason.CLOSED);
        appends.forEach(append -> append.durable().completeExceptionally(closed));
    }

    boolean isOpen() {
        lock.lock();
        try {
            return open;
        } finally {
            lock.unlock();
        }
    }

    /** True when nothing waits and nothing will. */
    boolean isSpent() {
        lock.lock();
        try {
            return !open && waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
