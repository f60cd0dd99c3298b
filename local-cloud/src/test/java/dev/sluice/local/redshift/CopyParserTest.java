package dev.sluice.local.redshift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.local.redshift.CopyCommand.Compression;
import dev.sluice.local.redshift.CopyCommand.TimeFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CopyParserTest {
    private static CopyCommand parse(String options) {
        return CopyParser.parse("COPY t FROM 's3://b/k' IAM_ROLE default " + options)
                .orElseThrow();
    }

    @Test
    void parse_readsTheLoadersStatement() {
        CopyCommand copy = CopyParser.parse("""
                COPY "Stage"."page views" (event_id, "Other Name", RAW) FROM 's3://bucket/a/manifest'
                IAM_ROLE 'arn:aws:iam::1:role/x' FORMAT AS CSV GZIP MANIFEST REGION AS 'eu-central-1'
                TIMEFORMAT 'auto' EMPTYASNULL STATUPDATE OFF COMPUPDATE OFF;
                """).orElseThrow();
        assertThat(copy.target().table()).isEqualTo("\"Stage\".\"page views\"");
        assertThat(copy.target().columns()).containsExactly("event_id", "Other Name", "raw");
        assertThat(copy.source()).isEqualTo(new CopyCommand.Source("s3://bucket/a/manifest", true, Compression.GZIP));
        assertThat(copy.format()).isEqualTo(new CopyCommand.Delimited(',', Optional.of('"'), false, 0));
        assertThat(copy.conversions().blanks().emptyAsNull()).isTrue();
        assertThat(copy.maxErrors()).isZero();
    }

    @Test
    void parse_knowsEachOption() {
        assertThat(parse("ZSTD").source().compression()).isEqualTo(Compression.ZSTD);
        assertThat(parse("").format()).isEqualTo(new CopyCommand.Delimited('|', Optional.empty(), false, 0));
        assertThat(parse("DELIMITER AS '\\t' ESCAPE IGNOREHEADER AS 2").format())
                .isEqualTo(new CopyCommand.Delimited('\t', Optional.empty(), true, 2));
        assertThat(parse("CSV QUOTE AS '%' DELIMITER ';'").format())
                .isEqualTo(new CopyCommand.Delimited(';', Optional.of('%'), false, 0));
        assertThat(parse("JSON 'auto ignorecase'").format()).isEqualTo(new CopyCommand.Json(true));
        assertThat(parse("FORMAT JSON AS 'auto'").format()).isEqualTo(new CopyCommand.Json(false));
        assertThat(parse("MAXERROR AS 7").maxErrors()).isEqualTo(7);
        assertThat(parse("ACCEPTINVCHARS").conversions().invalidReplacement()).contains("?");
        assertThat(parse("ACCEPTINVCHARS AS '^'").conversions().invalidReplacement())
                .contains("^");
        assertThat(parse("NULL AS 'none'").conversions().nullAs()).isEqualTo("none");
        assertThat(parse("TRUNCATECOLUMNS").conversions().truncate()).isTrue();
        assertThat(parse("TIMEFORMAT AS 'epochsecs'").conversions().timeFormat())
                .isEqualTo(TimeFormat.EPOCH_SECONDS);
        assertThat(parse("BLANKSASNULL FILLRECORD TRIMBLANKS IGNOREBLANKLINES")
                        .conversions()
                        .blanks())
                .isEqualTo(new CopyCommand.Blanks(false, true, true, true, true));
        assertThat(parse("STATUPDATE COMPUPDATE PRESET -- a comment\n MAXERROR 1")
                        .maxErrors())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 's3://b/k'",
                "COPY t FROM STDIN",
                "INSERT INTO t VALUES ('COPY t FROM ''s3://b/k''')",
                "COPY t TO 's3://b/k'"
            })
    void parse_leavesOtherStatementsAlone(String sql) {
        assertThat(CopyParser.parse(sql)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"FROBNICATE", "MAXERROR", "MAXERROR x", "IAM_ROLE 7", "'loose'", "DELIMITER", "MAXERROR 100001"})
    void parse_refusesWhatRedshiftWouldRefuse(String options) {
        assertThatThrownBy(() -> parse(options)).isInstanceOf(SqlFault.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PARQUET", "JSON 's3://b/paths'", "BZIP2", "NOLOAD", "DELIMITER '||'", "ENCODING UTF16"})
    void parse_saysWhatTheStandInLacks(String options) {
        assertThatThrownBy(() -> parse(options))
                .isInstanceOfSatisfying(
                        SqlFault.class, e -> assertThat(e.sqlState()).isEqualTo("0A000"));
    }

    @Test
    void parse_wantsCredentials() {
        assertThatThrownBy(() -> CopyParser.parse("COPY t FROM 's3://b/k' CSV"))
                .isInstanceOf(SqlFault.class)
                .hasMessageContaining("credentials");
    }
}
