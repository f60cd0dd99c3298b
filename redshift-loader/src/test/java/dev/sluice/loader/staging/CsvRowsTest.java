package dev.sluice.loader.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.common.table.Columns;
import dev.sluice.common.table.RowDraft;
import dev.sluice.common.table.Table;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvRowsTest {
    private static String csv(RowDraft draft, Table table) {
        var rows = new CsvRows(table);
        rows.append(draft.toRow(table));
        var out = new ByteArrayOutputStream();
        try {
            rows.drainTo(out);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        assertThat(rows.length()).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String detail(String detail) {
        String csv = csv(new RowDraft().set(Columns.DETAIL, detail), Table.BAD_EVENTS);
        List<String> fields = CsvText.fields(csv);
        assertThat(fields).hasSize(Table.BAD_EVENTS.stagedColumns().size());
        return fields.get(Table.BAD_EVENTS.stagedColumns().indexOf(Columns.DETAIL));
    }

    @Test
    void append_writesEveryColumnInOrder_andNothingForNull() {
        String csv = csv(
                new RowDraft()
                        .set(Columns.RECEIVED_AT, Instant.parse("2026-11-23T10:11:12.000007Z"))
                        .set(Columns.INGEST_EPOCH, "e")
                        .set(Columns.INGEST_SEQ, Long.MAX_VALUE)
                        .set(Columns.INGEST_INDEX, -3)
                        .set(Columns.REASON, "no frame"),
                Table.BAD_EVENTS);
        assertThat(csv).isEqualTo("2026-11-23 10:11:12.000007,e,9223372036854775807,-3,,no frame,,,\n");
    }

    @Test
    void append_writesBooleansAndReals() {
        String pageView =
                csv(new RowDraft().set(Columns.IS_ANONYMOUS, true).set(Columns.IS_TRUNCATED, false), Table.PAGE_VIEWS);
        assertThat(pageView).contains(",true,").contains(",false,");
        assertThat(csv(new RowDraft().set(Columns.VALUE, 0.1), Table.EVENTS)).contains(",0.1,");
    }

    @Test
    void append_writesAnEmptyStringAsNull() {
        assertThat(csv(new RowDraft().set(Columns.DETAIL, ""), Table.BAD_EVENTS))
                .isEqualTo(csv(new RowDraft(), Table.BAD_EVENTS))
                .doesNotContain("\"");
    }

    @Test
    void append_quotesJsonAlways() {
        assertThat(csv(new RowDraft().set(Columns.DATA, "{\"a\":1}"), Table.EVENTS))
                .endsWith(",\"{\"\"a\"\":1}\"\n");
        assertThat(csv(new RowDraft().set(Columns.DATA, "1"), Table.EVENTS)).endsWith(",\"1\"\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a,b|\"a,b\"",
                "say \"hi\"|\"say \"\"hi\"\"\"",
                "plain|plain",
                "semi;colon|semi;colon",
                "back\\slash|back\\slash"
            })
    void append_quotesOnlyWhatNeedsIt(String detail, String written) {
        assertThat(csv(new RowDraft().set(Columns.DETAIL, detail), Table.BAD_EVENTS))
                .isEqualTo(",,,,,," + written + ",,\n");
    }

    @Test
    void append_keepsAwkwardTextAsItIs() {
        for (String text : List.of(
                "line\nfeed",
                "carriage\rreturn",
                "\r\n",
                "\"",
                "\"\"",
                "\",\"",
                ",",
                " leading",
                "trailing ",
                " ",
                "tab\tand\u0001control",
                "Grüße, 世界 🌊",
                "\u07ff\u0800\uffff\ufeff",
                "\ud83c\udf0a".repeat(50),
                "\\N",
                "\\.",
                "=cmd|")) {
            assertThat(detail(text)).isEqualTo(text);
        }
    }

    @Test
    void append_keepsAnyText() {
        var random = new Random(11);
        for (int n = 0; n < 2_000; n++) {
            var text = new StringBuilder();
            for (int i = random.nextInt(40); i >= 0; i--) {
                int point = switch (random.nextInt(4)) {
                    case 0 -> ",\"\n\r \\'".charAt(random.nextInt(7));
                    case 1 -> 0x20 + random.nextInt(0x5F);
                    case 2 -> 0x80 + random.nextInt(0xD7FF - 0x80);
                    default -> 0x10000 + random.nextInt(0x10FFFF - 0x10000);
                };
                text.appendCodePoint(point);
            }
            assertThat(detail(text.toString())).isEqualTo(text.toString());
        }
    }

    @Test
    void append_replacesHalfASurrogatePair() {
        assertThat(detail("a\ud83cb")).isEqualTo("a?b");
        assertThat(detail("\udf0a")).isEqualTo("?");
        assertThat(detail("end\ud83c")).isEqualTo("end?");
    }

    @Test
    void append_formatsTimesAsTheLibraryDoes() {
        var expected = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");
        var random = new Random(5);
        for (int n = 0; n < 5_000; n++) {
            Instant at = Instant.ofEpochSecond(
                    random.nextLong(-62_135_596_800L, 253_402_300_800L), random.nextInt(1_000_000) * 1_000L);
            assertThat(csv(new RowDraft().set(Columns.RECEIVED_AT, at), Table.BAD_EVENTS))
                    .isEqualTo(LocalDateTime.ofInstant(at, ZoneOffset.UTC).format(expected) + ",,,,,,,,\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0001-01-01T00:00:00Z, 0001-01-01 00:00:00.000000",
        "9999-12-31T23:59:59.999999Z, 9999-12-31 23:59:59.999999",
        "1969-12-31T23:59:59.999999Z, 1969-12-31 23:59:59.999999",
        "0000-12-31T23:59:59Z, ''",
        "+10000-01-01T00:00:00Z, ''"
    })
    void append_leavesOutTimesWithoutAFourDigitYear(Instant at, String written) {
        assertThat(csv(new RowDraft().set(Columns.RECEIVED_AT, at), Table.BAD_EVENTS))
                .isEqualTo(written + ",,,,,,,,\n");
    }

    @Test
    void append_refusesAnotherTablesRow() {
        assertThatIllegalArgumentException().isThrownBy(() -> new CsvRows(Table.EVENTS).append(TestRows.pageView(1)));
    }

    @Test
    void append_growsForHugeCells() {
        String huge = "\"€".repeat(200_000);
        assertThat(detail(huge)).isEqualTo(huge);
    }
}
