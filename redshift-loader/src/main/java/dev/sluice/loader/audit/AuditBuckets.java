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

    /**
     * Counts rows that came into a table, or go from it, after the load that they belong to: as far as there still are counts of their
     * minute. Its four values: from when to when, inclusive, the rows were received, twice.
     *
     * @param stage which of the counts
     * @param ids the table that has the transport ids of the rows
     * @param sign 1 for rows that have come, -1 for rows that are about to go
     */
    public static String recount(String stage, String table, String ids, int sign) {
        return "INSERT INTO audit_buckets (stage, ingest_epoch, bucket, n, load_id) SELECT '" + stage
                + "', c.ingest_epoch, c.bucket, " + sign + " * c.n, c.load_id FROM (SELECT t.ingest_epoch,"
                + " DATE_TRUNC('minute', t.received_at) AS bucket, COUNT(*) AS n, t.load_id FROM " + table
                + " t JOIN (SELECT DISTINCT received_at, ingest_epoch, ingest_seq, COALESCE(ingest_index, -1) AS event_index"
                + " FROM " + ids + ") m ON t.received_at = m.received_at AND t.ingest_epoch = m.ingest_epoch AND"
                + " t.ingest_seq = m.ingest_seq AND COALESCE(t.ingest_index, -1) = m.event_index WHERE t.received_at >="
                + " CAST(? AS TIMESTAMP) AND t.received_at <= CAST(? AS TIMESTAMP) GROUP BY t.ingest_epoch,"
                + " DATE_TRUNC('minute', t.received_at), t.load_id) c JOIN (SELECT DISTINCT ingest_epoch, bucket FROM"
                + " audit_buckets WHERE bucket >= DATE_TRUNC('minute', CAST(? AS TIMESTAMP)) AND bucket <= CAST(? AS"
                + " TIMESTAMP)) a ON a.ingest_epoch = c.ingest_epoch AND a.bucket = c.bucket";
    }

    private static String count(String stage, String table) {
        return "INSERT INTO audit_buckets (stage, ingest_epoch, bucket, n, load_id) SELECT '" + stage
                + "', ingest_epoch, DATE_TRUNC('minute', received_at), COUNT(*), load_id FROM " + table
                + " WHERE load_id = ? AND received_at >= CAST(? AS TIMESTAMP) AND received_at <= CAST(? AS TIMESTAMP)"
                + " GROUP BY ingest_epoch, DATE_TRUNC('minute', received_at), load_id";
    }
}
