package dev.sluice.loader.staging;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.RowDraft;
import dev.sluice.common.table.Table;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Rows of any text are read again by an ordinary CSV reader as what they were, none of them shifted by its neighbour. */
class CsvRowsFuzzTest {
    @FuzzTest(maxDuration = "20s")
    void rows_areReadAgainAsTheyWere(FuzzedDataProvider data) throws IOException {
        var rows = new CsvRows(Table.BAD_EVENTS);
        var expected = new ArrayList<String>();
        do {
            Row row = row(data);
            rows.append(row);
            Table.BAD_EVENTS.stagedColumns().forEach(column -> {
                Object cell = row.get(column);
                expected.add(cell == null ? "" : whole(cell.toString()));
            });
        } while (data.remainingBytes() > 0 && expected.size() < 50);

        var out = new ByteArrayOutputStream();
        rows.drainTo(out);
        // Fails on what is not UTF-8.
        String csv = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(out.toByteArray()))
                .toString();
        List<String> fields = CsvText.fields(csv);
        assertThat(fields).isEqualTo(expected);
    }

    private static Row row(FuzzedDataProvider data) {
        return new RowDraft()
                .set(Columns.INGEST_EPOCH, data.consumeString(20))
                .set(Columns.INGEST_SEQ, data.consumeLong())
                .set(Columns.INGEST_INDEX, data.consumeInt())
                .set(Columns.REASON, data.consumeString(10))
                .set(Columns.DETAIL, data.consumeString(200))
                .set(Columns.SITE_ID, data.consumeString(10))
                .set(Columns.RAW, data.consumeString(50))
                .toRow(Table.BAD_EVENTS);
    }

    /** Half a surrogate pair has no UTF-8, and becomes a question mark. */
    private static String whole(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
