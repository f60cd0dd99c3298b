package dev.sluice.local.redshift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.local.redshift.CopyCommand.Compression;
import dev.sluice.local.redshift.LoadError.Fault;
import dev.sluice.local.redshift.LoadError.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From an object's bytes to PostgreSQL's COPY text. */
class RowReadingTest {
    private static final List<TargetColumn> COLUMNS = List.of(
            new TargetColumn("id", "int4", -1, true),
            new TargetColumn("v", "varchar", 5, false),
            new TargetColumn("s", "super", -1, false));

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private LoadReport report = new LoadReport(1000);

    private String read(String options, byte[] content) throws IOException {
        CopyCommand copy = CopyParser.parse("COPY t FROM 's3://b/k' IAM_ROLE default MAXERROR 1000 " + options)
                .orElseThrow();
        return read(copy, new ByteArrayInputStream(content));
    }

    private String read(CopyCommand copy, InputStream content) throws IOException {
        out.reset();
        report = new LoadReport(copy.maxErrors());
        report.startFile("s3://b/k");
        var rows = new RowEncoder(COLUMNS, copy.conversions(), (b, n) -> out.write(b, 0, n));
        try (InputStream in = Decompression.open(copy.source().compression(), content)) {
            switch (copy.format()) {
                case CopyCommand.Delimited format ->
                    new DelimitedReader(format, copy.conversions().blanks().ignoreBlankLines(), rows, report).read(in);
                case CopyCommand.Json format -> new JsonReader(format, rows, report).read(in);
            }
        }
        rows.flush();
        return out.toString(StandardCharsets.UTF_8);
    }

    private String csv(String options, String content) throws IOException {
        return read("CSV " + options, content.getBytes(StandardCharsets.UTF_8));
    }

    private List<Kind> kinds() {
        return report.errors().stream().map(e -> e.fault().kind()).toList();
    }

    private List<Long> lines() {
        return report.errors().stream().map(LoadError::line).toList();
    }

    @Test
    void csv_unquotesAndEscapes() throws IOException {
        assertThat(csv("", "1,\"a,\"\"b\",\"{\"\"x\"\":\"\"\\n\"\"}\"\r\n2,\"x\ny\",\n3,\t\\,"))
                .isEqualTo("""
                1\ta,"b\t{"x":"\\\\n"}
                2\tx\\ny\t\\N
                3\t\\t\\\\\t\\N
                """);
        assertThat(report.errors()).isEmpty();
    }

    @Test
    void csv_tellsNullFromEmptyText() throws IOException {
        assertThat(csv("", "1,,\n2,\"\",\n3,\\N,\n4,\"\\N\",\n"))
                .isEqualTo("1\t\t\\N\n2\t\t\\N\n3\t\\N\t\\N\n4\t\\\\N\t\\N\n");
        assertThat(csv("EMPTYASNULL", "1,,\n2,\"\",\n")).isEqualTo("1\t\\N\t\\N\n2\t\\N\t\\N\n");
        assertThat(csv("BLANKSASNULL", "1,  ,\n")).isEqualTo("1\t\\N\t\\N\n");
        assertThat(csv("NULL AS 'no'", "1,no,\n")).isEqualTo("1\t\\N\t\\N\n");
    }

    @ParameterizedTest
    @CsvSource({
        "abcd,true",
        "abcde,true",
        "abcdef,false",
        "abcé,true",
        "abcdé,false",
        "éé,true",
        "ééé,false",
        "a😀,true",
        "ab😀,false"
    })
    void text_isMeasuredInBytes(String text, boolean fits) throws IOException {
        csv("", "1," + text + ",\n");
        assertThat(kinds()).isEqualTo(fits ? List.of() : List.of(Kind.TOO_LONG));
    }

    @Test
    void text_isCutAtACharacter() throws IOException {
        assertThat(csv("TRUNCATECOLUMNS", "1,abcdé,\n2,ab😀,\n3,abcdefg,\n"))
                .isEqualTo("1\tabcd\t\\N\n2\tab\t\\N\n3\tabcde\t\\N\n");
    }

    @Test
    void text_thatIsNotUtf8IsRefusedOrReplaced() throws IOException {
        byte[] content = {'1', ',', 'a', (byte) 0xC3, '(', ',', '\n', '2', ',', 'b', ',', '\n'};
        assertThat(read("CSV", content)).isEqualTo("2\tb\t\\N\n");
        assertThat(kinds()).containsExactly(Kind.BAD_UTF8);
        assertThat(read("CSV ACCEPTINVCHARS", content)).isEqualTo("1\ta?(\t\\N\n2\tb\t\\N\n");
    }

    @Test
    void nullBytes_areRefused() throws IOException {
        assertThat(csv("", "1,a\0b,\n2,b,\n")).isEqualTo("2\tb\t\\N\n");
        assertThat(kinds()).containsExactly(Kind.BAD_UTF8);
    }

    @Test
    void rows_withOtherColumnsThanTheTableAreRefused() throws IOException {
        assertThat(csv("", "1,a\n2,b,,x\n\n4,d,\n,e,\n")).isEqualTo("4\td\t\\N\n");
        assertThat(kinds())
                .containsExactly(Kind.MISSING_COLUMN, Kind.EXTRA_COLUMN, Kind.EMPTY_LINE, Kind.MISSING_VALUE);
        assertThat(lines()).containsExactly(1L, 2L, 3L, 5L);
        assertThat(csv("FILLRECORD IGNOREBLANKLINES", "1\n\n2,b\n")).isEqualTo("1\t\\N\t\\N\n2\tb\t\\N\n");
    }

    @Test
    void lines_areThoseOfTheFileAlsoAfterQuotedOnes() throws IOException {
        csv("IGNOREHEADER 1 ", "id,v,s\n1,\"a\nb\",\n2,toolong,\n3,c,\n");
        assertThat(lines()).containsExactly(4L);
        report.refuseAccepted(1, new Fault(Kind.OTHER, "", null, ""));
        report.refuseAccepted(2, new Fault(Kind.OTHER, "", null, ""));
        assertThat(lines()).containsExactly(4L, 2L, 5L);
    }

    @Test
    void quote_thatNeverEndsIsAnError() throws IOException {
        assertThat(csv("", "1,a,\n2,\"b,\n3,c,\n")).isEqualTo("1\ta\t\\N\n");
        assertThat(kinds()).containsExactly(Kind.UNENDED_QUOTE);
    }

    @Test
    void text_withEscapes() throws IOException {
        assertThat(read("ESCAPE", "1|a\\|b|\n2|c\\\nd|\n".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("1\ta|b\t\\N\n2\tc\\nd\t\\N\n");
    }

    @Test
    void maxError_stopsAtTheRowThatIsTooMuch() {
        CopyCommand copy = CopyParser.parse("COPY t FROM 's3://b/k' IAM_ROLE default CSV MAXERROR 1")
                .orElseThrow();
        var content = new ByteArrayInputStream("x\nx\nx\n".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> read(copy, content)).isInstanceOf(LoadReport.TooManyErrorsException.class);
        assertThat(report.errors()).hasSize(2);
    }

    @Test
    void json_isMatchedByName() throws IOException {
        assertThat(read("JSON 'auto'", """
                        {"v":"é\\n","id":1,"other":[{}],"s":{"a":[1,"x"]}}
                        {"id":2,"s":"text"} {"id":3,"s":null,"v":4}
                        [1]
                        {"v":"no id"}
                        {"id":5,"V":"case"}
                        """.getBytes(StandardCharsets.UTF_8))).isEqualTo("""
                1\té\\n\t{"a":[1,"x"]}
                2\t\\N\t"text"
                3\t4\t\\N
                5\t\\N\t\\N
                """);
        assertThat(kinds()).containsExactly(Kind.BAD_JSON, Kind.MISSING_VALUE);
        assertThat(lines()).containsExactly(3L, 4L);
        assertThat(read("JSON 'auto ignorecase'", "{\"ID\":5,\"V\":\"case\"}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("5\tcase\t\\N\n");
    }

    @Test
    void json_thatIsBrokenEndsItsFile() throws IOException {
        assertThat(read("JSON", "{\"id\":1}\n{\"id\":".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("1\t\\N\t\\N\n");
        assertThat(kinds()).containsExactly(Kind.BAD_JSON);
    }

    @Test
    void gzip_thatIsDamagedIsNotTakenForItsEnd() {
        byte[] whole = TestBucket.gzip("1,a,\n".repeat(10_000));
        assertThatThrownBy(() -> read("CSV GZIP", Arrays.copyOf(whole, whole.length - 9)))
                .isInstanceOf(IOException.class);
        whole[whole.length / 2] ^= 0x55;
        assertThatThrownBy(() -> read("CSV GZIP", whole)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read("CSV GZIP", "1,a,\n".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void gzip_ofSeveralMembersIsReadToTheEndThoughTheNetworkPauses() throws IOException {
        var both = new ByteArrayOutputStream();
        both.write(TestBucket.gzip("1,a,\n"));
        both.write(TestBucket.gzip("2,b,\n"));
        InputStream halting = new FilterInputStream(new ByteArrayInputStream(both.toByteArray())) {
            @Override
            public int available() {
                return 0;
            }

            @Override
            public int read(byte[] buffer, int from, int length) throws IOException {
                return super.read(buffer, from, Math.min(length, TestBucket.gzip("1,a,\n").length));
            }
        };
        try (InputStream in = Decompression.open(Compression.GZIP, halting)) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("1,a,\n2,b,\n");
        }
    }
}
