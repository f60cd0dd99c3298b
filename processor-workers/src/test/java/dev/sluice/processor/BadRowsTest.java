package dev.sluice.processor;

import static dev.sluice.processor.TestHits.post;
import static dev.sluice.processor.TestHits.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.Table;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class BadRowsTest {
    @Test
    void notAFrame_isTheSameRowHoweverOftenItIsRead() {
        Row row = BadRows.notAFrame("shardId-0", "495", TestHits.RECEIVED, bytes("hello"), "no magic");
        assertThat(row.table()).isEqualTo(Table.BAD_EVENTS);
        assertThat(row.get(Columns.STAGE)).isEqualTo("parse");
        assertThat(row.get(Columns.REASON)).isEqualTo("not_a_frame");
        assertThat(row.get(Columns.DETAIL)).contains("no magic");
        assertThat(row.get(Columns.RAW)).isEqualTo("hello");
        assertThat(row.get(Columns.RECEIVED_AT)).isEqualTo(TestHits.RECEIVED);
        assertThat(row.get(Columns.INGEST_EPOCH)).hasSize(36);
        assertThat(row.get(Columns.INGEST_SEQ)).isZero();
        assertThat(row.get(Columns.INGEST_INDEX)).isZero();
        Row again = BadRows.notAFrame("shardId-0", "495", TestHits.RECEIVED, bytes("hello"), "no magic");
        assertThat(EnrichmentPipelineTest.cells(again, null)).isEqualTo(EnrichmentPipelineTest.cells(row, null));
        for (Row other : new Row[] {
            BadRows.notAFrame("shardId-1", "495", TestHits.RECEIVED, bytes("hello"), null),
            BadRows.notAFrame("shardId-0", "496", TestHits.RECEIVED, bytes("hello"), null)
        }) {
            assertThat(other.get(Columns.INGEST_EPOCH)).isNotEqualTo(row.get(Columns.INGEST_EPOCH));
        }
    }

    @Test
    void notAFrame_keepsBytesThatAreNoTextAsBase64() {
        byte[] bytes = {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2, 0, 1};
        Row row = BadRows.notAFrame("s", "1", TestHits.RECEIVED, bytes, null);
        assertThat(row.get(Columns.RAW))
                .isEqualTo("base64:" + Base64.getEncoder().encodeToString(bytes));
        Row large = BadRows.notAFrame("s", "1", TestHits.RECEIVED, binary(1_000_000), null);
        assertThat(large.get(Columns.RAW)).startsWith("base64 of the first ").hasSizeBetween(65_500, 65_535);
        assertThat(large.get(Columns.DETAIL)).doesNotContain("raw cut");
    }

    @Test
    void raw_isCutAtACodePoint_andSaysSo() {
        String title = "😀".repeat(20_000);
        Row row = row(post("{\"x" + title));
        String raw = Objects.requireNonNull(row.get(Columns.RAW));
        assertThat(raw).startsWith("POST /").endsWith("😀");
        assertThat(raw.getBytes(StandardCharsets.UTF_8).length).isBetween(65_532, 65_535);
        assertThat(row.get(Columns.DETAIL)).startsWith("[raw cut from ");
    }

    @Test
    void raw_ofAnEmptyRecord_isNull() {
        assertThat(BadRows.notAFrame("s", "1", TestHits.RECEIVED, new byte[0], null)
                        .get(Columns.RAW))
                .isNull();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] binary(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 0xFF);
        return bytes;
    }
}
