package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.table.Column;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.Table;
import dev.sluice.loader.load.StagedEvents.Event;
import dev.sluice.loader.staging.BatchDescriptor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class QuarantinedRowTest {
    private static final RowFault FAULT = new RowFault(QuarantineReason.BAD_NUMBER, "session_index is no INTEGER");

    private final UUID epoch = UUID.randomUUID();
    private final BatchDescriptor batch = TestBatch.of("shard-0", 1, 10);
    private final byte[] line = bytes(StagedEvents.csv(Event.pageView(epoch, 5, TestBatch.RECEIVED)));

    @Test
    void of_keepsTheHitAndTheRow() throws Exception {
        Row row = of(line, fields());
        assertThat(row.table()).isEqualTo(Table.BAD_EVENTS);
        assertThat(row.get(Columns.INGEST_EPOCH)).isEqualTo(epoch.toString());
        assertThat(row.get(Columns.INGEST_SEQ)).isEqualTo(5);
        assertThat(row.get(Columns.INGEST_INDEX)).isZero();
        assertThat(row.get(Columns.RECEIVED_AT)).isEqualTo(TestBatch.RECEIVED.plusMillis(5));
        assertThat(row.get(Columns.STAGE)).isEqualTo("load");
        assertThat(row.get(Columns.REASON)).isEqualTo("bad_number");
        assertThat(row.get(Columns.DETAIL))
                .isEqualTo("page_views: session_index is no INTEGER; row 3 of "
                        + batch.files().getFirst().key());
        assertThat(row.get(Columns.RAW) + "\n").isEqualTo(new String(line, StandardCharsets.UTF_8));
    }

    @Test
    void of_givesARowThatNamesNoHitTheSameNameEachTime() {
        Row row = of(line, List.of());
        assertThat(row.get(Columns.INGEST_EPOCH)).isNotEqualTo(epoch.toString());
        assertThat(row.get(Columns.INGEST_EPOCH)).isEqualTo(of(line, List.of()).get(Columns.INGEST_EPOCH));
        assertThat(row.get(Columns.INGEST_SEQ)).isEqualTo(3);
        assertThat(row.get(Columns.RECEIVED_AT)).isEqualTo(batch.minReceivedAt());
    }

    @Test
    void of_readsOnlyWhatCanBeRead() throws Exception {
        for (Column<?> column : List.of(Columns.INGEST_EPOCH, Columns.INGEST_SEQ, Columns.INGEST_INDEX)) {
            assertThat(of(line, with(column, "-x")).get(Columns.INGEST_EPOCH)).isNotEqualTo(epoch.toString());
        }
        for (String time : List.of("", "2026-11-23", "1026-11-23 10:00:00.000000", "9026-11-23 10:00:00.000000")) {
            assertThat(of(line, with(Columns.RECEIVED_AT, time)).get(Columns.RECEIVED_AT))
                    .isEqualTo(batch.minReceivedAt());
        }
    }

    @Test
    void of_cutsALongRowAtACodePointAndSaysSo() {
        Row row = of(bytes("é".repeat(40_000) + "\n"), List.of());
        assertThat(row.get(Columns.RAW)).isEqualTo("é".repeat(32_767));
        assertThat(row.get(Columns.DETAIL)).startsWith("[raw cut from 40000 to 32767 characters] page_views: ");
    }

    @Test
    void of_makesRawOfWhatCopyWouldRefuse() {
        assertThat(of(new byte[] {'a', (byte) 0xC3, '(', '\n'}, List.of()).get(Columns.RAW))
                .isEqualTo("base64:YcMo");
        assertThat(of(bytes("a\0b\uFFFF\n"), List.of()).get(Columns.RAW)).isEqualTo("a\uFFFDb\uFFFD");
        assertThat(Objects.requireNonNull(of(notText(100_000), List.of()).get(Columns.RAW)))
                .startsWith("base64 of the first ")
                .hasSizeLessThanOrEqualTo(65_535);
        assertThat(of(bytes("\n"), List.of()).get(Columns.RAW)).isNull();
    }

    private static byte[] notText(int size) {
        byte[] bytes = new byte[size];
        bytes[0] = (byte) 0xFF;
        return bytes;
    }

    private Row of(byte[] bytes, List<byte[]> fields) {
        return QuarantinedRow.of(batch, batch.files().getFirst(), 3, bytes, fields, FAULT);
    }

    private List<byte[]> fields() throws Exception {
        CsvRecords records =
                CsvRecords.of(line, Table.PAGE_VIEWS.stagedColumns().size(), 0);
        return records.fieldsOf(records.list().getFirst());
    }

    private List<byte[]> with(Column<?> column, String value) throws Exception {
        var fields = new ArrayList<>(fields());
        fields.set(Table.PAGE_VIEWS.stagedColumns().indexOf(column), bytes(value));
        return fields;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
