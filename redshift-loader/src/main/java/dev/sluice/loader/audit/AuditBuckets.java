package dev.sluice.loader.audit;

import dev.sluice.common.table.Table;

/**
 * What a load took in, counted by ingest epoch and minute of {@code received_at}, in {@code audit_buckets}: stage {@code loaded}
 * for page views and events, {@code bad} for bad events, {@code repeated} for what browsers had sent before. Run inside the load's transaction, so that the counts are there when and
 * only when the rows are.
 */
public final class AuditBuckets {
    private AuditBuckets() {}

    /**
     * Counts one load's rows of one table. Its three values: the load's id, and from when to when, inclusive, the rows were
     * received (the sort key: only the table's newest blocks are read).
     */
    public static String insert(Table table) {
        return count(table == Table.BAD_EVENTS ? "bad" : "loaded", table.tableName());
    }

    /** Counts one load's browser repeats; the same three values. */
    public static String insertRepeats() {
        return count("repeated", "browser_repeats");
    }

    private static String count(String stage, String table) {
        return "INSERT INTO audit_buckets (stage, ingest_epoch, bucket, n, load_id) SELECT '" + stage
                + "', ingest_epoch, DATE_TRUNC('minute', received_at), COUNT(*), load_id FROM " + table
                + " WHERE load_id = ? AND received_at >= CAST(? AS TIMESTAMP) AND received_at <= CAST(? AS TIMESTAMP)"
                + " GROUP BY ingest_epoch, DATE_TRUNC('minute', received_at), load_id";
    }
}
