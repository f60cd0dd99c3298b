package dev.sluice.ingest.journal;

import dev.sluice.common.AuditRecord;

/** An audit record that the stream does not have yet, and the segment that stays until it does. Immutable; each is itself and no other. */
public final class PendingAudit {
    private final AuditRecord record;
    private final Segment segment;

    PendingAudit(AuditRecord record, Segment segment) {
        this.record = record;
        this.segment = segment;
    }

    public AuditRecord record() {
        return record;
    }

    Segment segment() {
        return segment;
    }
}
