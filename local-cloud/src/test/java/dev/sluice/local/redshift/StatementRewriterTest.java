package dev.sluice.local.redshift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementRewriterTest {
    private static final Pattern COMMENT = Pattern.compile("/\\*sluice-keys:([0-9a-f]+)\\*/");

    private static String rewrite(String sql) {
        return COMMENT.matcher(StatementRewriter.rewrite(sql))
                .replaceAll("")
                .replaceAll("\\s+", " ")
                .replace(" ,", ",")
                .replace(" )", ")")
                .strip();
    }

    private static String keys(String sql) {
        var comment = COMMENT.matcher(StatementRewriter.rewrite(sql));
        return comment.find()
                ? new String(HexFormat.of().parseHex(comment.group(1)), StandardCharsets.UTF_8)
                        .replaceAll(".*\"keys\":(\\[\\[.*?]]).*", "$1")
                : "";
    }

    @Test
    void createTable_losesWhatPostgresDoesNotKnow() {
        assertThat(rewrite("""
                        CREATE TABLE IF NOT EXISTS s.t (
                          id BIGINT IDENTITY(0, 1) ENCODE az64, -- the number
                          at TIMESTAMP NOT NULL ENCODE RAW DEFAULT GETDATE(),
                          v VARCHAR(MAX) ENCODE zstd, w VARCHAR, x TEXT, c CHAR(36) NOT NULL, s SUPER,
                          d DECIMAL(10, 2) DEFAULT 0)
                        DISTSTYLE KEY DISTKEY(c) COMPOUND SORTKEY(at, id) BACKUP NO;"""))
                .isEqualTo(
                        "CREATE TABLE IF NOT EXISTS s.t (id BIGINT GENERATED ALWAYS AS IDENTITY (START WITH 0"
                                + " INCREMENT BY 1 MINVALUE 0), at TIMESTAMP NOT NULL DEFAULT GETDATE(), v VARCHAR(65535),"
                                + " w VARCHAR(256), x VARCHAR(256), c CHAR(36) NOT NULL, s SUPER, d DECIMAL(10, 2) DEFAULT 0) ;");
    }

    @Test
    void createTable_dropsKeysButKeepsTheirColumnsNotNull() {
        assertThat(rewrite("CREATE TABLE t (a INT, b INT UNIQUE, c INT REFERENCES u(id), PRIMARY KEY (a, b),"
                        + " CONSTRAINT f FOREIGN KEY (c) REFERENCES u (id), UNIQUE (c))"))
                .isEqualTo("CREATE TABLE t (a INT NOT NULL, b INT NOT NULL, c INT)");
        assertThat(rewrite("CREATE TABLE t (a INT PRIMARY KEY)")).isEqualTo("CREATE TABLE t (a INT NOT NULL)");
    }

    @Test
    void createTable_likeAnotherTakesOverItsKeys_butForATemporaryOne() {
        assertThat(rewrite("CREATE TABLE t (LIKE u INCLUDING DEFAULTS)"))
                .isEqualTo("CREATE TABLE t (LIKE u INCLUDING DEFAULTS INCLUDING INDEXES)");
        assertThat(rewrite("CREATE TEMP TABLE t (LIKE u INCLUDING DEFAULTS)"))
                .isEqualTo("CREATE TEMP TABLE t (LIKE u INCLUDING DEFAULTS)");
        assertThat(rewrite("create temporary table t (like u)")).isEqualTo("create temporary table t (like u)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "CREATE TABLE t (a INT, b INT) DISTKEY(a) SORTKEY(b) ~ [[\"a\"],[\"b\"]]",
                "CREATE TABLE t (a INT DISTKEY, b INT SORTKEY) ~ [[\"a\"],[\"b\"]]",
                "CREATE TABLE t (a INT, b INT) SORTKEY(b, A) ~ [[\"b\",\"a\"]]",
                "CREATE TABLE t (\"A\" INT) DISTKEY(\"A\") ~ [[\"A\"]]",
                "CREATE TABLE t DISTKEY(a) AS SELECT 1 AS a ~ [[\"a\"]]",
                "ALTER TABLE t ALTER SORTKEY (b) ~ [[\"b\"]]",
                "ALTER TABLE t ALTER DISTSTYLE KEY DISTKEY a ~ [[\"a\"]]"
            })
    void keys_travelInAComment(String sql, String keys) {
        assertThat(keys(sql)).isEqualTo(keys);
    }

    @Test
    void keys_leaveNoCommentWhereThereAreNone() {
        assertThat(StatementRewriter.rewrite("CREATE TABLE t (a INT) DISTSTYLE ALL"))
                .doesNotContain("/*");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "ALTER TABLE t ADD COLUMN c VARCHAR(MAX) ENCODE zstd NULL ~ ALTER TABLE t ADD COLUMN c VARCHAR(65535) NULL",
                "ALTER TABLE t ADD c INT ENCODE raw ~ ALTER TABLE t ADD COLUMN c INT",
                "ALTER TABLE t ALTER COLUMN c ENCODE zstd ~ ALTER TABLE t REPLICA IDENTITY DEFAULT",
                "ALTER TABLE t ALTER COLUMN c TYPE VARCHAR(9) ~ ALTER TABLE t ALTER COLUMN c TYPE VARCHAR(9)",
                "ALTER TABLE t ADD PRIMARY KEY (a) ~ ALTER TABLE t REPLICA IDENTITY DEFAULT",
                "VACUUM FULL t TO 99 PERCENT ~ VACUUM t",
                "VACUUM ~ VACUUM",
                "ANALYZE t PREDICATE COLUMNS ~ ANALYZE t",
                "SET query_group TO 'x' ~ SET redshift.query_group TO 'x'",
                "SET statement_timeout TO 5 ~ SET statement_timeout TO 5",
                "CREATE VIEW v AS SELECT 1 WITH NO SCHEMA BINDING; ~ CREATE VIEW v AS SELECT 1 ;",
                "SELECT APPROXIMATE COUNT(DISTINCT a) ~ SELECT COUNT(DISTINCT a)",
                "SELECT a FROM t MINUS SELECT 2 ~ SELECT a FROM t EXCEPT SELECT 2",
                "SELECT DATEADD(day, -1, SYSDATE) ~ SELECT DATEADD('day', -1, sysdate())",
                "SELECT NVL(a, NVL(b, 1)) ~ SELECT COALESCE(a, COALESCE(b, 1))",
                "SELECT LISTAGG(a, ',') WITHIN GROUP (ORDER BY b) FROM t ~ SELECT string_agg((a)::text, ',' ORDER BY b) FROM t",
                "SELECT LISTAGG(DISTINCT f(a, b)) FROM t ~ SELECT string_agg(DISTINCT (f(a, b))::text,'') FROM t",
                "SELECT JSON_SERIALIZE(a) FROM t ~ SELECT pg_catalog.json_serialize(a) FROM t",
                "SELECT MEDIAN(a) FROM t ~ SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a) FROM t",
                "SELECT CASE 1 WHEN 1THEN 2ELSE 3END ~ SELECT CASE 1 WHEN 1 THEN 2 ELSE 3 END"
            })
    void rewrite_givesWhatPostgresTakes(String sql, String expected) {
        assertThat(rewrite(sql.replace("''", "'"))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t VALUES ('CREATE TABLE x (a INT) DISTKEY(a); NVL(1)', 'ON CONFLICT RETURNING')",
                "SELECT \"sysdate\", 'it''s SYSDATE' FROM t -- SYSDATE",
                "SELECT $$ SYSDATE $$, $1, E'\\' SYSDATE '",
                "SELECT /* NVL( /* nested */ SYSDATE */ max(a) FROM t",
                "SELECT 'never ended SYSDATE"
            })
    void rewrite_touchesNoLiteralNameOrComment(String sql) {
        assertThat(StatementRewriter.rewrite(sql)).isEqualTo(sql);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE INDEX i ON t (a)",
                "CREATE UNIQUE INDEX i ON t (a)",
                "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING",
                "DELETE FROM t RETURNING a",
                "CREATE TABLE t (a SERIAL)",
                "CREATE TABLE t (a INT, b JSONB)",
                "CREATE TABLE t (a INT[])"
            })
    void rewrite_refusesWhatRedshiftLacks(String sql) {
        assertThatThrownBy(() -> StatementRewriter.rewrite(sql))
                .isInstanceOfSatisfying(
                        SqlFault.class, e -> assertThat(e.sqlState()).isEqualTo("0A000"));
    }

    @Test
    void navigation_startsAtAnAliasOfTheStatementsOwn() {
        assertThat(rewrite("SELECT v.context.entities.\"a.b/c\"[0].Tier::VARCHAR AS tier FROM page_views AS v"))
                .isEqualTo(
                        "SELECT (sluice_local.navigate(v.context, E'entities', E'a.b/c', E'0', E'tier'))::VARCHAR AS tier"
                                + " FROM page_views AS v");
        assertThat(rewrite("SELECT d.\"x\"[1] FROM (SELECT json_parse('[1]') AS x) d WHERE d.x[0].\"It's\" = 1"))
                .isEqualTo("SELECT (sluice_local.navigate(d.\"x\", E'1')) FROM (SELECT json_parse('[1]') AS x) d WHERE"
                        + " (sluice_local.navigate(d.x, E'0', E'It''s')) = 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT public.t.a FROM public.t",
                "SELECT dev.public.t.a FROM dev.public.t AS u",
                "SELECT t.a, 1.5, 't.a.b' FROM t JOIN u ON t.a = u.a -- t.a.b",
                "SELECT pg_catalog.pg_table.f(1) FROM t"
            })
    void navigation_leavesOtherChainsOfNamesAlone(String sql) {
        assertThat(StatementRewriter.rewrite(sql)).isEqualTo(sql);
    }

    @Test
    void tryCast_asksWhetherTheTextIsOneOfTheType() {
        assertThat(rewrite("SELECT TRY_CAST(NULLIF(a, '') AS DATE), 1"))
                .isEqualTo("SELECT (CASE WHEN pg_input_is_valid((NULLIF(a, ''))::text, $$DATE$$) THEN (NULLIF(a,"
                        + " ''))::text::DATE END), 1");
        assertThatThrownBy(() -> StatementRewriter.rewrite("SELECT TRY_CAST(a)"))
                .isInstanceOf(SqlFault.class);
    }

    @Test
    void set_keepsRedshiftsOwnSettingsForASessionOrATransaction() {
        assertThat(rewrite("SET LOCAL enable_case_sensitive_identifier TO true"))
                .isEqualTo("SET LOCAL redshift.enable_case_sensitive_identifier TO true");
        assertThat(rewrite("SET cast_super_null_on_error TO on"))
                .isEqualTo("SET redshift.cast_super_null_on_error TO on");
    }
}
