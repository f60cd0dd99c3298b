package dev.sluice.loader.load;

import dev.sluice.common.table.Table;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The columns of the user's own: adds them to the tables, and says how a load fills them. They are nobody else's: a loader that isn't
 * told of one leaves it NULL, no view shows it, and none is ever dropped. Immutable.
 */
final class ExtraColumns {
    static final ExtraColumns NONE = new ExtraColumns(List.of());

    private static final String COMMENT = "Of your own, from context: ";

    private static final Logger LOG = LoggerFactory.getLogger(ExtraColumns.class);
    /** Redshift's defaults but for the first, which folds names in quotes too; said here as a parameter group can say otherwise. */
    private static final List<String> NAVIGATION = List.of(
            "SET LOCAL enable_case_sensitive_identifier TO true",
            "SET LOCAL navigate_super_null_on_error TO on",
            "SET LOCAL cast_super_null_on_error TO on");

    private final List<ExtraColumn> columns;

    ExtraColumns(List<ExtraColumn> columns) {
        this.columns = List.copyOf(columns);
    }

    /**
     * Adds those that are not there, in one transaction under the ledger's lock, so that two loaders that start at once take turns.
     *
     * @throws LoadFailure of kind FATAL when a column is there and is of another type
     */
    void addTo(Warehouse warehouse) throws LoadFailure {
        if (columns.isEmpty()) {
            return;
        }
        try (Session session = warehouse.open()) {
            new LoadLedger(session).lock();
            for (ExtraColumn column : columns) {
                for (Table table : column.tables()) {
                    add(session, table, column);
                }
            }
            session.commit();
        } catch (SQLException e) {
            throw LoadFailure.of("adding sluice.loader.columns", e);
        }
    }

    /**
     * Those that a table has: what {@link #addTo} wrote beside each says how it is filled. For whoever fills a table like it and is not
     * told of the loader's settings.
     */
    static ExtraColumns of(Session session, Table table) throws SQLException {
        var paths = new TreeMap<String, String>();
        session.each(
                "SELECT a.attname, d.description FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN"
                        + " pg_attribute a ON a.attrelid = c.oid JOIN pg_description d ON d.objoid = c.oid AND d.objsubid ="
                        + " a.attnum WHERE n.nspname = current_schema() AND c.relname = ?",
                row -> {
                    String comment = row.getString(2);
                    if (comment.startsWith(COMMENT)) {
                        paths.put(row.getString(1), comment.substring(COMMENT.length()));
                    }
                },
                table.tableName());
        var columns = new ArrayList<ExtraColumn>();
        for (Map.Entry<String, String> path : paths.entrySet()) {
            String type = typeInCatalog(session, table, path.getKey()).getFirst();
            columns.add(
                    new ExtraColumn(path.getKey(), ExtraType.ofCatalog(type).sql(), path.getValue(), Set.of(table)));
        }
        return new ExtraColumns(columns);
    }

    private static List<String> typeInCatalog(Session session, Table table, String column) throws SQLException {
        return session.texts(
                "SELECT data_type || COALESCE('(' || CAST(character_maximum_length AS VARCHAR) || ')', '')"
                        + " FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ?"
                        + " AND column_name = ?",
                table.tableName(),
                column);
    }

    private static void add(Session session, Table table, ExtraColumn column) throws SQLException, LoadFailure {
        List<String> type = typeInCatalog(session, table, column.name());
        String wanted = column.sqlType().inCatalog();
        if (type.isEmpty()) {
            String name = SqlName.quoted(column.name());
            session.update("ALTER TABLE " + table.tableName() + " ADD COLUMN " + name + " "
                    + column.sqlType().sql());
            // No quote can be in a path.
            session.update(
                    "COMMENT ON COLUMN " + table.tableName() + "." + name + " IS '" + COMMENT + column.path() + "'");
            LOG.info(
                    "Added the column {} {} to {}",
                    column.name(),
                    column.sqlType().sql(),
                    table.tableName());
        } else if (!type.getFirst().equals(wanted)) {
            throw new LoadFailure(
                    LoadFailure.Kind.FATAL,
                    "sluice.loader.columns: " + table.tableName() + "." + column.name() + " is there as "
                            + type.getFirst() + " and not as " + wanted + ": give the column another name",
                    null);
        }
    }

    /** Makes a transaction read {@code context} as the paths mean it. */
    void prepare(Session session) throws SQLException {
        for (String setting : NAVIGATION) {
            session.update(setting);
        }
    }

    List<String> names(Table table) {
        return columns.stream()
                .filter(column -> column.isOf(table))
                .map(ExtraColumn::name)
                .toList();
    }

    /** In the order of {@link #names}. */
    List<String> values(Table table, String alias) {
        return columns.stream()
                .filter(column -> column.isOf(table))
                .map(column -> column.value(alias))
                .toList();
    }
}
