package dev.sluice.loader.load;

import dev.sluice.common.table.Column;
import dev.sluice.common.table.Table;
import java.util.Set;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A column of the user's own, filled from {@code context} while rows are loaded. Where a row has no such value, or one that does not
 * fit, the column is NULL.
 *
 * @param name lower case, none that the table has and no word of SQL
 * @param type {@code VARCHAR(n)} with n in bytes, {@code INTEGER}, {@code BIGINT}, {@code DOUBLE PRECISION}, {@code BOOLEAN}, {@code
 *     TIMESTAMP} (UTC) or {@code DATE}
 * @param path into {@code context}, such as {@code entities."com.example/customer"[0].data.tier}
 * @param tables {@code page_views}, {@code events} or both
 */
public record ExtraColumn(
        String name,
        String type,
        String path,
        @DefaultValue("page_views") Set<Table> tables) {

    public ExtraColumn {
        tables = Set.copyOf(tables);
        try {
            SqlName.checked(name);
            ExtraType.parse(type);
            ContextPath.parse(path);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("sluice.loader.columns: " + name + ": " + e.getMessage(), e);
        }
        if (ReservedWords.has(name)) {
            throw new IllegalArgumentException("sluice.loader.columns: " + name + " is a word of SQL");
        }
        if (tables.isEmpty() || tables.contains(Table.BAD_EVENTS)) {
            throw new IllegalArgumentException(
                    "sluice.loader.columns: " + name + ": tables are page_views, events or both");
        }
        for (Table table : tables) {
            if (table.columns().stream().map(Column::name).anyMatch(name::equals)) {
                throw new IllegalArgumentException(
                        "sluice.loader.columns: " + table.tableName() + " has a column " + name + " already");
            }
        }
    }

    boolean isOf(Table table) {
        return tables.contains(table);
    }

    /** Whether both would be one column of one table. */
    boolean clashesWith(ExtraColumn other) {
        return name.equals(other.name) && tables.stream().anyMatch(other::isOf);
    }

    ExtraType sqlType() {
        return ExtraType.parse(type);
    }

    /** The column's value, of its type, in a row of {@code alias}. */
    String value(String alias) {
        return sqlType().of(text(ContextPath.parse(path).in(alias + ".\"context\"")));
    }

    /** Strings as they are, numbers and booleans as JSON writes them; NULL for objects, lists and nothing. */
    private static String text(String value) {
        return "CASE JSON_TYPEOF(" + value + ") WHEN 'string' THEN CAST(" + value + " AS VARCHAR(65535))"
                + " WHEN 'number' THEN JSON_SERIALIZE(" + value + ") WHEN 'boolean' THEN JSON_SERIALIZE(" + value
                + ") END";
    }
}
