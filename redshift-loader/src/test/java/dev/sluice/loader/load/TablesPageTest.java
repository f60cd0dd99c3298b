package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.table.Column;
import dev.sluice.common.table.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The page against the code, without a warehouse; with one, see {@link TablesPageIT}. */
class TablesPageTest {
    private static final Pattern CREATED = Pattern.compile("CREATE (?:TABLE|VIEW) ([a-z_]+) .*", Pattern.DOTALL);

    private final Map<String, String> comments = TablesPage.comments();

    @ParameterizedTest
    @EnumSource(Table.class)
    void page_explainsEveryColumnThatRowsAreMadeForWithItsType(Table table) throws IOException {
        assertThat(TablesPage.lines(table.tableName()).stream().map(line -> line.replace(" NOT NULL", "")))
                .isEqualTo(table.columns().stream()
                        .map(column -> TablesPage.line(
                                column.name(),
                                type(column),
                                comments.getOrDefault(table.tableName() + "." + column.name(), "not explained")))
                        .toList());
    }

    @Test
    void page_saysOfEachRelationWhatTheMigrationsSay() throws IOException {
        String page = Files.readString(TablesPage.path());
        comments.forEach((name, comment) -> {
            if (!name.contains(".")) {
                assertThat(page).contains("\n## " + name + "\n\n" + comment + "\n");
            }
        });
    }

    @Test
    void migrations_explainEveryTableAndViewThatTheyMake() {
        for (Migrations.Script script : Migrations.scripts()) {
            for (String statement : script.statements()) {
                Matcher created = CREATED.matcher(statement);
                if (created.matches()) {
                    assertThat(comments).containsKey(created.group(1));
                }
            }
        }
    }

    private static String type(Column<?> column) {
        return switch (column.type()) {
            case CHAR, VARCHAR -> column.type() + "(" + column.maxBytes() + ")";
            case DOUBLE -> "DOUBLE PRECISION";
            case TIMESTAMP, SMALLINT, INTEGER, BIGINT, BOOLEAN, SUPER ->
                column.type().name();
        };
    }
}
