package dev.sluice.loader.load;

import dev.sluice.common.table.Column;
import dev.sluice.common.table.Table;
import java.sql.SQLException;
import java.util.List;

/**
 * The SQL that takes in what ingest nodes counted: the staged rows as they are. A batch is loaded once, and a count that was sent more
 * than once says so itself, by its range; so nothing is looked up in the warehouse. Stateless.
 */
final class AuditLoad {
    private static final String TARGET = SqlName.checked(Table.AUDIT_BUCKETS.tableName());
    private static final String STAGE = "stage_" + TARGET;

    private AuditLoad() {}

    static String stageTable() {
        return STAGE;
    }

    static List<String> stagedColumns() {
        return Table.AUDIT_BUCKETS.stagedColumns().stream().map(Column::name).toList();
    }

    /** Not like the table, whose rows must have what only the load can give. */
    static void createTable(Session session) throws SQLException {
        session.update("CREATE TEMP TABLE " + STAGE + " AS SELECT " + SqlName.list("", stagedColumns()) + " FROM "
                + TARGET + " WHERE 1 = 0");
    }

    /** Tells how many. */
    static long insert(Session session, long loadId) throws SQLException {
        String columns = SqlName.list("", stagedColumns());
        return session.update(
                "INSERT INTO " + TARGET + " (" + columns + ", load_id) SELECT " + columns + ", CAST(? AS BIGINT) FROM "
                        + STAGE,
                loadId);
    }

    /** A committed load leaves nothing in the session, which the pool hands out again. */
    static void dropTable(Session session) throws SQLException {
        session.update("DROP TABLE " + STAGE);
    }
}
