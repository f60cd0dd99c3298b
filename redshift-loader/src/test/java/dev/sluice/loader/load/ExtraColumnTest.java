package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.common.table.Table;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtraColumnTest {
    private static final Set<Table> PAGE_VIEWS = Set.of(Table.PAGE_VIEWS);

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
                    fields.order | v."context"."fields"."order"
                    entities."com.example/customer"[0].data.orderId | v."context"."entities"."com.example/customer"[0]."data"."orderId"
                    "a.b"[1][2].c | v."context"."a.b"[1][2]."c"
                    """)
    void path_isRedshiftsNavigationWithEveryNameInQuotes(String path, String sql) {
        assertThat(ContextPath.parse(path).in("v.\"context\"")).isEqualTo(sql);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a.",
                ".a",
                "a..b",
                "a b",
                "a-b",
                "a[x]",
                "a[]",
                "[0]",
                "\"a",
                "a\"b\"",
                "\"a\"\"b\"",
                "a.\"b?\"",
                "a; DROP TABLE x",
                "a'b",
                "a.\"b'c\"",
                "a\n",
                "a.b\u0000"
            })
    void path_thatIsNoneIsRefused(String path) {
        assertThatThrownBy(() -> new ExtraColumn("tier", "DATE", path, PAGE_VIEWS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sluice.loader.columns: tier: not a path");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            varchar(64) | VARCHAR(64) | character varying(64)
            VARCHAR(65535) | VARCHAR(65535) | character varying(65535)
            integer | INTEGER | integer
            BIGINT | BIGINT | bigint
            double  precision | DOUBLE PRECISION | double precision
            Boolean | BOOLEAN | boolean
            TIMESTAMP | TIMESTAMP | timestamp without time zone
            DATE | DATE | date
            """)
    void type_isOneOfAClosedList(String text, String sql, String inCatalog) {
        assertThat(ExtraType.parse(text).sql()).isEqualTo(sql);
        assertThat(ExtraType.parse(text).inCatalog()).isEqualTo(inCatalog);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "VARCHAR",
                "VARCHAR(0)",
                "VARCHAR(65536)",
                "VARCHAR(MAX)",
                "INTEGER(4)",
                "SUPER",
                "CHAR(3)",
                "DATE; --"
            })
    void type_thatIsNotInTheListIsRefused(String type) {
        assertThatThrownBy(() -> new ExtraColumn("tier", type, "a", PAGE_VIEWS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sluice.loader.columns: tier: type is");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Tier",
                "1st",
                "a-b",
                "",
                "select",
                "raw",
                "oid",
                "xmin",
                "copy_number",
                "page_url",
                "load_id",
                "context"
            })
    void name_isPlainAndNewAndNoWordOfSql(String name) {
        assertThatThrownBy(() -> new ExtraColumn(name, "DATE", "a", PAGE_VIEWS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sluice.loader.columns");
    }

    @Test
    void tables_areThoseOfEventsWithAContext() {
        assertThatThrownBy(() -> new ExtraColumn("tier", "DATE", "a", Set.of())).hasMessageContaining("tables are");
        assertThatThrownBy(() -> new ExtraColumn("tier", "DATE", "a", Set.of(Table.BAD_EVENTS)))
                .hasMessageContaining("tables are");
        // A column of events only.
        assertThat(new ExtraColumn("label", "DATE", "a", PAGE_VIEWS).isOf(Table.PAGE_VIEWS))
                .isTrue();
        assertThatThrownBy(() -> new ExtraColumn("label", "DATE", "a", Set.of(Table.EVENTS)))
                .hasMessageContaining("events has a column label already");
    }

    @Test
    void clashesWith_isTheSameNameInTheSameTable() {
        var views = new ExtraColumn("tier", "DATE", "a", PAGE_VIEWS);
        assertThat(views.clashesWith(new ExtraColumn("tier", "INTEGER", "b", Set.of(Table.PAGE_VIEWS, Table.EVENTS))))
                .isTrue();
        assertThat(views.clashesWith(new ExtraColumn("tier", "DATE", "a", Set.of(Table.EVENTS))))
                .isFalse();
        assertThat(views.clashesWith(new ExtraColumn("level", "DATE", "a", PAGE_VIEWS)))
                .isFalse();
    }
}
