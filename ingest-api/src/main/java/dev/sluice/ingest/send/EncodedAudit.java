package dev.sluice.ingest.send;

import dev.sluice.common.AuditCodec;
import dev.sluice.ingest.journal.Journal;
import dev.sluice.ingest.journal.PendingAudit;
import java.util.random.RandomGenerator;

/** The record that carries an audit record. */
record EncodedAudit(PendingAudit audit, StreamRecord record) implements Outgoing {
    static EncodedAudit of(PendingAudit audit, RandomGenerator random) {
        return new EncodedAudit(audit, new StreamRecord(Outgoing.key(random), AuditCodec.encode(audit.record())));
    }

    @Override
    public int hits() {
        return 0;
    }

    @Override
    public long oldestMicros() {
        return Long.MAX_VALUE;
    }

    @Override
    public EncodedAudit elsewhere(RandomGenerator random) {
        return new EncodedAudit(audit, new StreamRecord(Outgoing.key(random), record.data()));
    }

    @Override
    public void releaseFrom(Journal journal) {
        journal.release(audit);
    }
}
