package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.table.Column;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Table;
import dev.sluice.loader.load.StagedEvents.Event;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RowCheckTest {
    private final Event event = Event.pageView(UUID.randomUUID(), 5, TestBatch.RECEIVED);

    @Test
    void faultOf_hasNothingToSayOfWhatTheConsumerStages() throws Exception {
        for (Table table : Table.values()) {
            assertThat(RowCheck.faultOf(table, fields(table))).as(table.name()).isNull();
        }
    }

    @Test
    void faultOf_namesTheColumnAndTheReasonButNotTheContent() throws Exception {
        assertFault(Columns.PAGE_TITLE, "x".repeat(1025), QuarantineReason.TOO_LONG);
        assertFault(Columns.PAGE_TITLE, "ü".repeat(513), QuarantineReason.TOO_LONG);
        assertFault(Columns.PAGE_TITLE, "x\0", QuarantineReason.BAD_BYTES);
        assertFault(Columns.SESSION_INDEX, "x", QuarantineReason.BAD_NUMBER);
        assertFault(Columns.SESSION_INDEX, "2147483648", QuarantineReason.BAD_NUMBER);
        assertFault(Columns.INGEST_INDEX, "32768", QuarantineReason.BAD_NUMBER);
        assertFault(Columns.INGEST_SEQ, "9223372036854775808", QuarantineReason.BAD_NUMBER);
        assertFault(Columns.OCCURRED_AT, "2026-13-01 00:00:00", QuarantineReason.BAD_TIMESTAMP);
        assertFault(Columns.OCCURRED_AT, "x", QuarantineReason.BAD_TIMESTAMP);
        assertFault(Columns.IS_BOT, "x", QuarantineReason.BAD_BOOLEAN);
        assertFault(Columns.CONTEXT, "{x", QuarantineReason.BAD_JSON);
        assertThat(faultOf(Columns.PAGE_TITLE, new byte[] {(byte) 0xFF}))
                .isEqualTo(new RowFault(QuarantineReason.BAD_BYTES, "page_title holds bytes that are not UTF-8"));
    }

    @Test
    void faultOf_takesWhatJustFits() throws Exception {
        assertThat(faultOf(Columns.PAGE_TITLE, bytes("x".repeat(1024)))).isNull();
        assertThat(faultOf(Columns.SESSION_INDEX, bytes("-2147483648"))).isNull();
        assertThat(faultOf(Columns.OCCURRED_AT, bytes("2026-12-31 23:59:59.999999")))
                .isNull();
    }

    private void assertFault(Column<?> column, String value, QuarantineReason reason) throws Exception {
        RowFault fault = Objects.requireNonNull(faultOf(column, bytes(value)));
        assertThat(fault.reason()).isEqualTo(reason);
        assertThat(fault.detail()).startsWith(column.name() + " ").doesNotContain(" " + value);
    }

    private @Nullable RowFault faultOf(Column<?> column, byte[] value) throws Exception {
        var fields = new ArrayList<>(fields(Table.PAGE_VIEWS));
        fields.set(Table.PAGE_VIEWS.stagedColumns().indexOf(column), value);
        return RowCheck.faultOf(Table.PAGE_VIEWS, fields);
    }

    private List<byte[]> fields(Table table) throws Exception {
        CsvRecords records = CsvRecords.of(
                bytes(StagedEvents.csv(event.as(table))), table.stagedColumns().size(), 0);
        return records.fieldsOf(records.list().getFirst());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
