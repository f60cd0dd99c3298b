package dev.sluice.loader.staging;

import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.RowDraft;
import dev.sluice.common.table.Table;
import java.time.Instant;

/** Rows to stage. */
final class TestRows {
    static final Instant AT = Instant.parse("2026-11-23T10:11:12.123456Z");

    private TestRows() {}

    static Row pageView(long seq) {
        return pageView(seq, AT);
    }

    static Row pageView(long seq, Instant receivedAt) {
        return new RowDraft()
                .set(Columns.EVENT_ID, "00000000-0000-0000-0000-%012d".formatted(seq))
                .set(Columns.RECEIVED_AT, receivedAt)
                .set(Columns.INGEST_SEQ, seq)
                .set(Columns.ENRICH_VERSION, "7")
                .toRow(Table.PAGE_VIEWS);
    }

    static Row badEvent(long seq) {
        return new RowDraft()
                .set(Columns.RECEIVED_AT, AT)
                .set(Columns.INGEST_SEQ, seq)
                .toRow(Table.BAD_EVENTS);
    }
}
