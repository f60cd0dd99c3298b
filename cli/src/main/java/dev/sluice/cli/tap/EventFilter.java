package dev.sluice.cli.tap;

import dev.sluice.common.table.Column;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;

/** Which rows are wanted: those that meet all conditions. Immutable. */
final class EventFilter {
    private static final String TABLE = "table";

    private record Condition(String column, boolean whole, String value) {
        boolean isMetBy(Row row) {
            String cell = column.equals(TABLE)
                    ? row.table().tableName()
                    : row.table().columns().stream()
                            .filter(candidate -> candidate.name().equals(column))
                            .findFirst()
                            .map(found -> text(row, found))
                            .orElse("");
            return whole ? cell.equals(value) : cell.toLowerCase(Locale.ROOT).contains(value.toLowerCase(Locale.ROOT));
        }

        private static String text(Row row, Column<?> column) {
            return Objects.toString(row.get(column), "");
        }
    }

    private final List<Condition> conditions;

    private EventFilter(List<Condition> conditions) {
        this.conditions = List.copyOf(conditions);
    }

    /**
     * @param texts each {@code column=value}, or {@code column~part}
     * @throws IllegalArgumentException when one is neither, or no table has the column
     */
    static EventFilter of(List<String> texts) {
        var names = new TreeSet<>(List.of(TABLE));
        Arrays.stream(Table.values())
                .flatMap(table -> table.columns().stream())
                .forEach(column -> names.add(column.name()));
        var conditions = new ArrayList<Condition>();
        for (String text : texts) {
            int at = 0;
            while (at < text.length() && text.charAt(at) != '=' && text.charAt(at) != '~') {
                at++;
            }
            String column = text.substring(0, at);
            if (at == text.length() || at == 0) {
                throw new IllegalArgumentException("--filter is column=value or column~part, not " + text);
            }
            if (!names.contains(column)) {
                throw new IllegalArgumentException("no table has the column " + column + ", only " + names);
            }
            conditions.add(new Condition(column, text.charAt(at) == '=', text.substring(at + 1)));
        }
        return new EventFilter(conditions);
    }

    /** An empty cell is the empty text. */
    boolean takes(Row row) {
        return conditions.stream().allMatch(condition -> condition.isMetBy(row));
    }
}
