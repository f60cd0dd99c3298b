package dev.sluice.ingest.journal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.common.AuditRecord;
import dev.sluice.common.TransportId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What is on the disk and not yet in the stream: which hits wait in memory, which stretches of which segments have to be read
 * back, which audit records wait, and how much of each segment is still needed. Under its lock only field work; it touches no file.
 * Thread-safe.
 */
final class Outbox {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();

    @GuardedBy("lock") private final FreshHits fresh;

    @GuardedBy("lock") private final ArrayDeque<Stretch> backlog = new ArrayDeque<>();

    @GuardedBy("lock") private final AuditLine audits = new AuditLine();

    @GuardedBy("lock") private final SegmentOwners owners = new SegmentOwners();

    @GuardedBy("lock") private final List<Segment> segments = new ArrayList<>();

    @GuardedBy("lock") private long acceptedHits;

    @GuardedBy("lock") private long recoveredHits;

    @GuardedBy("lock") private long pendingHits;

    @GuardedBy("lock") private boolean ended;

    /** @param memoryBytes of hits that may wait in memory */
    Outbox(long memoryBytes) {
        fresh = new FreshHits(memoryBytes);
    }

    /** A segment of an earlier start: all of it has to be read back. */
    void found(Segment segment, long oldestMicros) {
        lock.lock();
        try {
            segments.add(segment);
            backlog.addLast(new Stretch(segment, 0, segment.diskBytes, oldestMicros));
        } finally {
            lock.unlock();
        }
    }

    /** A segment that is about to be written to. */
    void began(Segment segment, long firstSeq) {
        lock.lock();
        try {
            segments.add(segment);
            owners.put(segment, firstSeq);
        } finally {
            lock.unlock();
        }
    }

    /** A block of these hits is on the disk. */
    void committed(SegmentStore.Place block, List<JournalEntry> entries) {
        long bytes = FreshHits.weightOf(entries);
        lock.lock();
        try {
            block.segment().pendingHits += entries.size();
            pendingHits += entries.size();
            acceptedHits += entries.size();
            if (!fresh.offer(entries, bytes)) {
                spill(block, entries.getFirst());
            }
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock") private void spill(SegmentStore.Place block, JournalEntry first) {
        Stretch last = backlog.peekLast();
        if (last != null && last.segment == block.segment() && last.to == block.from()) {
            last.to = block.to();
        } else {
            backlog.addLast(new Stretch(
                    block.segment(), block.from(), block.to(), first.hit().receivedAtMicros()));
        }
    }

    /** What the segment now takes of the disk. */
    void grew(Segment segment, long diskBytes) {
        lock.lock();
        try {
            segment.diskBytes = diskBytes;
        } finally {
            lock.unlock();
        }
    }

    /** An audit record about hits of this segment; tells whether it was joined to one that waits. Before the segment is complete. */
    boolean audited(Segment segment, AuditRecord record) {
        lock.lock();
        try {
            arrived.signal();
            return audits.add(segment, record);
        } finally {
            lock.unlock();
        }
    }

    /** As {@link Journal#takeAudits}. */
    List<PendingAudit> takeAudits() {
        lock.lock();
        try {
            return audits.takeAll();
        } finally {
            lock.unlock();
        }
    }

    /** As {@link Journal#release(PendingAudit)}. */
    void release(PendingAudit stored) {
        lock.lock();
        try {
            stored.segment().pendingAudits--;
        } finally {
            lock.unlock();
        }
    }

    /** No more hits come into this segment, and its audit records are made. */
    void sealed(Segment segment) {
        lock.lock();
        try {
            segment.complete = true;
        } finally {
            lock.unlock();
        }
    }

    /** As {@link Journal#take}. */
    List<JournalEntry> take(int maxHits, long maxBytes, Duration maxWait) throws InterruptedException {
        long leftNanos = maxWait.toNanos();
        lock.lockInterruptibly();
        try {
            while (fresh.isEmpty() && audits.isEmpty() && !ended && leftNanos > 0) {
                leftNanos = arrived.awaitNanos(leftNanos);
            }
            return fresh.take(maxHits, maxBytes);
        } finally {
            lock.unlock();
        }
    }

    boolean hasBacklog() {
        lock.lock();
        try {
            return !backlog.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** The oldest stretch, which then is the caller's to read; it will not grow any more. */
    @Nullable Stretch takeStretch() {
        lock.lock();
        try {
            return backlog.pollFirst();
        } finally {
            lock.unlock();
        }
    }

    /** Hits of an earlier start were read back. */
    void recovered(Segment segment, TransportId first, int hits) {
        lock.lock();
        try {
            owners.put(segment, first.seq());
            segment.pendingHits += hits;
            pendingHits += hits;
            recoveredHits += hits;
        } finally {
            lock.unlock();
        }
    }

    /** A segment was read back to its end, and its audit record is made. */
    void readThrough(Segment segment) {
        lock.lock();
        try {
            segment.complete |= segment.recovered;
        } finally {
            lock.unlock();
        }
    }

    /** Some of the segment could not be read. */
    void damaged(Segment segment) {
        lock.lock();
        try {
            segment.damaged = true;
        } finally {
            lock.unlock();
        }
    }

    /** As {@link Journal#release}. A frame may reach over the end of a segment. */
    void release(HitRange stored) {
        lock.lock();
        try {
            owners.release(stored);
            pendingHits -= stored.count();
        } finally {
            lock.unlock();
        }
    }

    /** Segments that nobody needs any more; they are the caller's to delete. */
    List<Segment> takeDone() {
        var done = new ArrayList<Segment>();
        lock.lock();
        try {
            for (Segment segment : segments) {
                if (segment.isDone()) {
                    done.add(segment);
                }
            }
            if (!done.isEmpty()) {
                segments.removeAll(done);
                owners.remove(done);
            }
        } finally {
            lock.unlock();
        }
        return done;
    }

    /** Whether the stream has all hits of the segment so far. */
    boolean isReleased(Segment segment) {
        lock.lock();
        try {
            return segment.pendingHits == 0;
        } finally {
            lock.unlock();
        }
    }

    /** No more hits will be committed. */
    void end() {
        lock.lock();
        try {
            ended = true;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** True when no hit will come, and none and no audit record waits in memory. */
    boolean isDrained() {
        lock.lock();
        try {
            return ended && fresh.isEmpty() && audits.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** As {@link Journal#standing}. */
    Journal.Standing standing() {
        lock.lock();
        try {
            long diskBytes = 0;
            long recoveredBytes = 0;
            for (Segment segment : segments) {
                diskBytes += segment.diskBytes;
                recoveredBytes += segment.recovered ? segment.diskBytes : 0;
            }
            return new Journal.Standing(
                    acceptedHits, recoveredHits, pendingHits, diskBytes, recoveredBytes, oldestMicros());
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock") private long oldestMicros() {
        long oldest = fresh.oldestMicros();
        for (Stretch stretch : backlog) {
            oldest = Math.min(oldest, stretch.oldestMicros);
        }
        return oldest;
    }
}
