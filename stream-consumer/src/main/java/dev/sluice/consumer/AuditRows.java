package dev.sluice.consumer;

import dev.sluice.common.AuditRecord;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.RowDraft;
import dev.sluice.common.table.Table;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * An audit record as rows: one for each of its minutes; one without hits, in the minute up to which it speaks, when it has none. The
 * same record gives the same rows.
 */
final class AuditRows {
    private static final String STAGE = "accepted";

    private AuditRows() {}

    static List<Row> of(AuditRecord audit) {
        var draft = new RowDraft()
                .set(Columns.AUDIT_STAGE, STAGE)
                .set(Columns.INGEST_EPOCH, audit.epoch().toString())
                .set(Columns.FIRST_SEQ, audit.firstSeq())
                .set(Columns.LAST_SEQ, audit.lastSeq())
                .set(Columns.COMPLETE_UNTIL, audit.completeUntil())
                .set(Columns.IS_FINAL, audit.isFinal());
        if (audit.hitsByMinute().isEmpty()) {
            return List.of(draft.set(Columns.BUCKET, audit.completeUntil().truncatedTo(ChronoUnit.MINUTES))
                    .set(Columns.N, 0L)
                    .toRow(Table.AUDIT_BUCKETS));
        }
        return audit.hitsByMinute().entrySet().stream()
                .map(minute -> draft.set(Columns.BUCKET, minute.getKey())
                        .set(Columns.N, minute.getValue())
                        .toRow(Table.AUDIT_BUCKETS))
                .toList();
    }
}
