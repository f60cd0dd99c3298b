package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CopyStatementTest {
    @Test
    void of_writesTheWholeStatement() {
        assertThat(CopyStatement.of(
                        "stage_events", List.of("event_id", "raw"), "a-bucket", "m/1/events.manifest", "default"))
                .isEqualTo("COPY stage_events (\"event_id\", \"raw\") FROM 's3://a-bucket/m/1/events.manifest'"
                        + " IAM_ROLE default FORMAT AS CSV GZIP MANIFEST TIMEFORMAT 'auto' NULL AS ''"
                        + " STATUPDATE OFF COMPUPDATE OFF MAXERROR 0");
    }

    @Test
    void counting_differsInWhatComesAfterAnErrorOnly() {
        assertThat(CopyStatement.counting("t", List.of("c"), "bucket", "key", "default"))
                .isEqualTo(CopyStatement.of("t", List.of("c"), "bucket", "key", "default")
                        .replace("MAXERROR 0", "MAXERROR 100000"));
    }

    @Test
    void of_quotesARole() {
        assertThat(copy("t", "c", "bucket", "key", "arn:aws:iam::123456789012:role/path/Loader"))
                .contains("IAM_ROLE 'arn:aws:iam::123456789012:role/path/Loader' ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Events", "1events", "a b", "a;drop table x", "a\"", "a--", "a'", "public.events", "é"})
    void of_refusesWhatIsNoIdentifier(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> copy(name, "c", "bucket", "key", "default"));
        assertThatIllegalArgumentException().isThrownBy(() -> copy("t", name, "bucket", "key", "default"));
    }

    @Test
    void of_refusesAnIdentifierThatIsTooLong() {
        assertThat(copy("a".repeat(63), "c", "bucket", "key", "default")).contains("a".repeat(63));
        assertThatIllegalArgumentException().isThrownBy(() -> copy("a".repeat(64), "c", "bucket", "key", "default"));
    }

    @Test
    void of_refusesNoColumns() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CopyStatement.of("t", List.of(), "bucket", "key", "default"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a'", "a' IAM_ROLE 'x", "a b", "a;b", "a\\b", "a\nb", "a?b", "ä", "a\0"})
    void of_refusesAKeyThatCouldLeaveItsQuotes(String key) {
        assertThatIllegalArgumentException().isThrownBy(() -> copy("t", "c", "bucket", key, "default"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ab", "Bucket", "a/b", "bucket'", "bucket ", "-bucket"})
    void of_refusesWhatIsNoBucket(String bucket) {
        assertThatIllegalArgumentException().isThrownBy(() -> copy("t", "c", bucket, "key", "default"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Default",
                "arn:aws:iam::12:role/x",
                "arn:aws:iam::123456789012:user/x",
                "arn:aws:iam::123456789012:role/x' CSV",
                "default; drop table load_ledger"
            })
    void of_refusesWhatIsNoRole(String role) {
        assertThatIllegalArgumentException().isThrownBy(() -> copy("t", "c", "bucket", "key", role));
    }

    private static String copy(String table, String column, String bucket, String key, String role) {
        return CopyStatement.of(table, List.of(column), bucket, key, role);
    }
}
