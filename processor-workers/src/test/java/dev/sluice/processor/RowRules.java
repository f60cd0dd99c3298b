package dev.sluice.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.table.Column;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.Table;
import dev.sluice.processor.protocol.JsonProblem;
import dev.sluice.processor.protocol.JsonReader;
import dev.sluice.processor.protocol.JsonWriter;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** What must hold of every row, whatever was sent. */
public final class RowRules {
    private RowRules() {}

    /** Fails when COPY would refuse this row, or store of it something else than it says. */
    public static void assertFits(Row row) throws CharacterCodingException, JsonProblem {
        for (Column<?> column : row.table().columns()) {
            switch (row.get(column)) {
                case null -> {}
                case String text -> {
                    // Fails on half surrogates.
                    ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
                    int limit = column.isText() ? column.maxBytes() : ContextDocument.MAX_BYTES;
                    assertThat(utf8.remaining()).as(column.name()).isBetween(1, limit);
                    assertThat(text.indexOf('\0')).as(column.name()).isNegative();
                    if (column.type() == Column.Type.SUPER) {
                        // Writing cleans, reading drops repeated names: neither may find anything to do.
                        assertThat(JsonWriter.write(JsonReader.read(text))).isEqualTo(text);
                    }
                }
                case Instant at ->
                    assertThat(at)
                            .as(column.name())
                            .isBetween(Instant.EPOCH, Instant.parse("9999-12-31T23:59:59.999999Z"));
                case Double value -> assertThat(value).as(column.name()).isFinite();
                case Object _ -> {}
            }
        }
        if (row.table() != Table.BAD_EVENTS) {
            assertThat(row.get(Columns.OCCURRED_AT)).isBeforeOrEqualTo(row.get(Columns.RECEIVED_AT));
            assertThat(row.get(Columns.EVENT_FINGERPRINT)).hasSize(32);
            assertThat(row.get(Columns.EVENT_ID)).hasSize(36);
        } else {
            assertThat(row.get(Columns.DETAIL)).isNotNull();
            assertThat(row.get(Columns.REASON)).isNotNull();
        }
    }
}
