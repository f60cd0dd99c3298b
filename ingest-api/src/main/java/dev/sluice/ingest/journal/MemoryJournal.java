package dev.sluice.ingest.journal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.common.Frame;
import dev.sluice.common.RawHit;
import dev.sluice.common.TransportId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A journal in memory: a hit is accepted once it is in the buffer, so what waits here is lost when the process is killed. Bounded
 * by bytes and by count, over everything that is not released yet, taken or not. Thread-safe.
 */
public final class MemoryJournal implements Journal {
    private final UUID epoch;
    private final long maxBytes;
    private final long maxHits;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();

    @GuardedBy("lock") private final ArrayDeque<JournalEntry> waiting = new ArrayDeque<>();

    @GuardedBy("lock") private long nextSeq;

    @GuardedBy("lock") private long pendingBytes;

    @GuardedBy("lock") private long pendingHits;

    @GuardedBy("lock") private boolean open = true;

    /** @param epoch random, one per start of the process */
    public MemoryJournal(UUID epoch, JournalProperties properties) {
        this.epoch = epoch;
        this.maxBytes = properties.maxBytes().toBytes();
        this.maxHits = properties.maxHits();
    }

    @Override
    public CompletableFuture<TransportId> append(RawHit hit) {
        long weight = hit.weight();
        TransportId id;
        JournalRefusedException.Reason refusal;
        lock.lock();
        try {
            // Room and the door are looked at under the lock that inserts: else a hit could slip in behind the last
            // drain.
            if (open && pendingBytes + weight <= maxBytes && pendingHits < maxHits) {
                id = new TransportId(epoch, nextSeq++);
                waiting.addLast(new JournalEntry(id, hit));
                pendingBytes += weight;
                pendingHits++;
                arrived.signal();
                return CompletableFuture.completedFuture(id);
            }
            refusal = open ? JournalRefusedException.Reason.FULL : JournalRefusedException.Reason.CLOSED;
        } finally {
            lock.unlock();
        }
        return CompletableFuture.failedFuture(new JournalRefusedException(refusal));
    }

    @Override
    public List<JournalEntry> take(int maxHits, long maxBytes, Duration maxWait) throws InterruptedException {
        long leftNanos = maxWait.toNanos();
        var taken = new ArrayList<JournalEntry>();
        lock.lockInterruptibly();
        try {
            while (waiting.isEmpty() && open && leftNanos > 0) {
                leftNanos = arrived.awaitNanos(leftNanos);
            }
            long bytes = 0;
            while (!waiting.isEmpty() && taken.size() < maxHits && bytes < maxBytes) {
                JournalEntry entry = waiting.removeFirst();
                bytes += entry.hit().weight();
                taken.add(entry);
            }
        } finally {
            lock.unlock();
        }
        return taken;
    }

    @Override
    public void release(Frame frame) {
        long weight = frame.hits().stream().mapToLong(RawHit::weight).sum();
        lock.lock();
        try {
            pendingBytes -= weight;
            pendingHits -= frame.hits().size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void shut() {
        lock.lock();
        try {
            open = false;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isOpen() {
        lock.lock();
        try {
            return open;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long pendingHits() {
        lock.lock();
        try {
            return pendingHits;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long pendingBytes() {
        lock.lock();
        try {
            return pendingBytes;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long acceptedHits() {
        lock.lock();
        try {
            return nextSeq;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "memory journal " + epoch;
    }
}
