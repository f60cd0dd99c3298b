package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.loader.load.CsvRecords.CsvRecord;
import dev.sluice.loader.load.CsvRecords.TooManyDamagedException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CsvRecordsTest {
    @Test
    void of_readsRowsAsTheyAreWritten() throws Exception {
        CsvRecords records = of("a,b,c\n\"x,\"\"y\"\"\nz\",,\n,,\"\"\n");
        assertThat(texts(records)).containsExactly("a,b,c\n", "\"x,\"\"y\"\"\nz\",,\n", ",,\"\"\n");
        assertThat(fields(records, 0)).containsExactly("a", "b", "c");
        assertThat(fields(records, 1)).containsExactly("x,\"y\"\nz", "", "");
        assertThat(fields(records, 2)).containsExactly("", "", "");
        assertThat(records.list()).extracting(CsvRecord::line).containsExactly(1L, 2L, 4L);
        assertThat(records.list()).extracting(CsvRecord::fault).containsOnlyNulls();
    }

    @Test
    void of_takesALastRowWithoutLineFeed() throws Exception {
        CsvRecords records = of("a,b,c\nd,e,\"f\"");
        assertThat(texts(records)).containsExactly("a,b,c\n", "d,e,\"f\"");
        assertThat(fields(records, 1)).containsExactly("d", "e", "f");
    }

    @Test
    void of_keepsTheNeighboursOfADamagedRow() throws Exception {
        for (String damaged : List.of(
                "a,b\n",
                "a,b,c,d\n",
                "\n",
                "a,\"b,c\n",
                "a,b,\"c\n",
                "\"a\"x,b,c\n",
                "\"\n",
                "a\n",
                "\"a,b,c,d,\"\"\n")) {
            CsvRecords records = of("1,\"2\",3\n" + damaged + "4,\"5\",6\n\"7\",8,9\n");
            assertThat(texts(records)).containsExactly("1,\"2\",3\n", damaged, "4,\"5\",6\n", "\"7\",8,9\n");
            assertThat(records.list().stream().map(CsvRecord::fault).filter(Objects::nonNull))
                    .as(damaged)
                    .hasSize(1);
        }
    }

    @Test
    void of_tellsAWrongNumberOfFieldsFromBrokenQuotes() throws Exception {
        CsvRecords records = of("a,b\na,\"b,c\n");
        assertThat(records.list().stream().map(CsvRecord::fault))
                .extracting(fault -> Objects.requireNonNull(fault).reason())
                .containsExactly(QuarantineReason.WRONG_COLUMN_COUNT, QuarantineReason.BROKEN_QUOTES);
    }

    @Test
    void joinedTo_joinsADamagedRowThatHoldsLineFeeds() throws Exception {
        CsvRecords records = of("1,2,3\na,\"b\nc\nd\n4,5,6\n");
        assertThat(texts(Objects.requireNonNull(records.joinedTo(3))))
                .containsExactly("1,2,3\n", "a,\"b\nc\nd\n", "4,5,6\n");
        assertThat(records.joinedTo(4)).isNull();
        assertThat(records.joinedTo(5)).isSameAs(records);
    }

    @Test
    void of_givesUpWhenTooManyAreDamaged() throws Exception {
        assertThat(CsvRecords.of(bytes("a\n".repeat(5)), 3, 5).list()).hasSize(5);
        assertThatThrownBy(() -> CsvRecords.of(bytes("a\n".repeat(6)), 3, 5))
                .isInstanceOf(TooManyDamagedException.class);
    }

    @Test
    void of_losesNoByteWhateverTheBytesAre() throws Exception {
        var random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            var text = new StringBuilder();
            for (int i = random.nextInt(60); i > 0; i--) {
                text.append(",\"\nab".charAt(random.nextInt(5)));
            }
            CsvRecords records = of(text.toString());
            assertThat(String.join("", texts(records))).isEqualTo(text.toString());
            records.list().stream()
                    .filter(row -> row.fault() == null)
                    .forEach(row -> assertThat(records.fieldsOf(row)).hasSize(3));
        }
    }

    private static CsvRecords of(String csv) throws TooManyDamagedException {
        return CsvRecords.of(bytes(csv), 3, 1_000);
    }

    private static List<String> texts(CsvRecords records) {
        return records.list().stream()
                .map(records::bytesOf)
                .map(CsvRecordsTest::text)
                .toList();
    }

    private static List<String> fields(CsvRecords records, int row) {
        return records.fieldsOf(records.list().get(row)).stream()
                .map(CsvRecordsTest::text)
                .toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
