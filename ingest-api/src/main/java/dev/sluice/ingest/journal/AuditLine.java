package dev.sluice.ingest.journal;

import dev.sluice.common.AuditRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * Audit records that wait to be sent. Those of one segment are joined while they wait, so that in an outage of the stream there is one
 * for each segment, and the disk's bound is theirs too. Not thread-safe: guarded by the lock of the {@link Outbox}.
 */
final class AuditLine {
    private final List<PendingAudit> waiting = new ArrayList<>();

    /** Takes one record of the segment; tells whether it was joined to one that waits. */
    boolean add(Segment segment, AuditRecord record) {
        PendingAudit last = waiting.isEmpty() ? null : waiting.getLast();
        if (last != null && last.segment() == segment) {
            waiting.set(waiting.size() - 1, new PendingAudit(last.record().joinedTo(record), segment));
            return true;
        }
        waiting.add(new PendingAudit(record, segment));
        segment.pendingAudits++;
        return false;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** All that wait; they are the caller's to send. */
    List<PendingAudit> takeAll() {
        List<PendingAudit> taken = List.copyOf(waiting);
        waiting.clear();
        return taken;
    }
}
