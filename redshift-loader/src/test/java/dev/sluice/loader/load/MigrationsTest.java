package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.common.table.Column;
import dev.sluice.common.table.Table;
import dev.sluice.loader.load.Migrations.Script;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MigrationsTest {
    /** Words that Redshift reserves and PostgreSQL doesn't: unquoted, they fail there only. */
    private static final Set<String> REDSHIFT_WORDS = Set.of(
            "backup",
            "delta",
            "encode",
            "encryption",
            "explicit",
            "identity",
            "ignore",
            "lun",
            "offline",
            "open",
            "parallel",
            "percent",
            "permissions",
            "raw",
            "readratio",
            "recover",
            "resort",
            "respect",
            "restore",
            "snapshot",
            "sysdate",
            "tag",
            "text255",
            "top",
            "wallet");

    private final List<Script> scripts = Migrations.scripts();

    @Test
    void scripts_countFromOneWithoutAGap() {
        for (int i = 0; i < scripts.size(); i++) {
            assertThat(scripts.get(i).version()).isEqualTo(i + 1);
        }
    }

    @ParameterizedTest
    @EnumSource(Table.class)
    void ddl_hasEveryColumnInItsOrderWithItsTypeAndWidth(Table table) {
        List<String> expected =
                table.columns().stream().map(MigrationsTest::ddlOf).toList();
        assertThat(columnsOf(table.tableName())).isEqualTo(expected);
    }

    @Test
    void ddl_quotesTheWordsThatRedshiftReserves() {
        for (Script script : scripts) {
            for (String line : script.text().lines().toList()) {
                String first = line.strip().split("[ (]")[0].toLowerCase(Locale.ROOT);
                assertThat(REDSHIFT_WORDS).as(line).doesNotContain(first);
            }
        }
    }

    @Test
    void ddl_declaresNoKeysAndCommitsNothingByItself() {
        var forbidden = Pattern.compile(
                "\\b(?:PRIMARY\\s+KEY|UNIQUE|REFERENCES|TRUNCATE|VACUUM|COMMIT|BEGIN)\\b", Pattern.CASE_INSENSITIVE);
        for (Script script : scripts) {
            for (String statement : script.statements()) {
                assertThat(forbidden.matcher(statement).find()).as(statement).isFalse();
            }
        }
    }

    @Test
    void ddl_distributesAndSortsAsTheLoadNeedsIt() {
        assertThat(createTable("page_views")).endsWith("DISTKEY(event_id) SORTKEY(received_at)");
        assertThat(createTable("events")).endsWith("DISTKEY(event_id) SORTKEY(received_at)");
        assertThat(createTable("bad_events")).endsWith("DISTSTYLE EVEN SORTKEY(received_at)");
        assertThat(createTable("audit_buckets")).endsWith("DISTSTYLE ALL SORTKEY(bucket)");
        assertThat(createTable("load_ledger")).contains("DISTSTYLE ALL");
    }

    @Test
    void statements_leavesOutCommentsAndSplitsAtLineEnds() {
        Script script =
                Migrations.script("V7__some_thing.sql", "-- a; b\nCREATE TABLE a (b INT);\n\n  -- c\nSELECT 1;\n");
        assertThat(script.version()).isEqualTo(7);
        assertThat(script.description()).isEqualTo("some thing");
        assertThat(script.statements()).containsExactly("CREATE TABLE a (b INT)", "SELECT 1");
    }

    @Test
    void script_refusesAnotherName() {
        assertThatIllegalArgumentException().isThrownBy(() -> Migrations.script("tables.sql", ""));
    }

    private String createTable(String table) {
        return scripts.stream()
                .flatMap(script -> script.statements().stream())
                .filter(statement -> statement.startsWith("CREATE TABLE " + table + " ("))
                .findFirst()
                .orElseThrow();
    }

    private List<String> columnsOf(String table) {
        String added = "ALTER TABLE " + table + " ADD COLUMN ";
        return Stream.concat(
                        createTable(table).lines().filter(line -> line.startsWith("    ")),
                        scripts.stream()
                                .flatMap(script -> script.statements().stream())
                                .filter(statement -> statement.startsWith(added))
                                .map(statement -> statement.substring(added.length())))
                .map(line -> line.strip()
                        .replaceAll("( NOT NULL| DEFAULT GETDATE\\(\\)| DEFAULT 0| ENCODE RAW|,$)", "")
                        .replace("\"", ""))
                .toList();
    }

    private static String ddlOf(Column<?> column) {
        return column.name() + " "
                + switch (column.type()) {
                    case CHAR, VARCHAR -> column.type() + "(" + column.maxBytes() + ")";
                    case DOUBLE -> "DOUBLE PRECISION";
                    case TIMESTAMP, SMALLINT, INTEGER, BIGINT, BOOLEAN, SUPER ->
                        column.type().name();
                };
    }
}
