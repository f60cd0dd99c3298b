package dev.sluice.loader.load;

import dev.sluice.common.table.Column;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Table;
import dev.sluice.loader.staging.BatchDescriptor;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The SQL that takes one table's staged rows in, each once. Two temporary tables: {@code stage_x} as copied, {@code fresh_x} with
 * the pipeline's own repeats gone. Only statements that both Redshift and the local stand-in run. Stateless.
 *
 * <p>A pipeline repeat is the same transport id: it carries the same {@code received_at}, so the target's rows of the load's own
 * span of time are all that must be looked at, however old the span is. A browser's repeat is another hit with the same event id
 * and fingerprint: it is found when the two were received within the dedup window. Pipeline repeats go first, so that what is
 * counted as a browser's repeat is a hit that was accepted on its own.
 */
final class TableLoad {
    private final Table table;
    private final String target;
    private final String stage;
    private final String fresh;

    TableLoad(Table table) {
        this(table, table.tableName());
    }

    /** @param name of its temporary tables: one load can have two for the same table */
    TableLoad(Table table, String name) {
        this(table, name, table.tableName());
    }

    /** @param target a table like {@code table}, which takes the rows in its place */
    TableLoad(Table table, String name, String target) {
        this(table, SqlName.checked(target), "stage_" + SqlName.checked(name), "fresh_" + name);
    }

    private TableLoad(Table table, String target, String stage, String fresh) {
        this.table = table;
        this.target = target;
        this.stage = stage;
        this.fresh = fresh;
    }

    /** The same, where what is staged is fresh as it is: spares a copy of all of it. */
    TableLoad inPlace() {
        return new TableLoad(table, target, stage, stage);
    }

    /** The same temporary tables before another table. */
    TableLoad into(String other) {
        return new TableLoad(table, SqlName.checked(other), stage, fresh);
    }

    /** From when to when, inclusive, the rows of a load were received. */
    record Span(Instant min, Instant max) {
        /** Of the batches' facts; of none when all only tell of the line, and then no row is looked for. */
        static Span of(List<BatchDescriptor> batches) {
            List<BatchDescriptor> facts =
                    batches.stream().filter(BatchDescriptor::hasFacts).toList();
            return new Span(
                    facts.stream()
                            .map(BatchDescriptor::minReceivedAt)
                            .min(Instant::compareTo)
                            .orElse(Instant.EPOCH),
                    facts.stream()
                            .map(BatchDescriptor::maxReceivedAt)
                            .max(Instant::compareTo)
                            .orElse(Instant.EPOCH));
        }

        /** Of parts of a replay, at least one. */
        static Span ofUnits(List<SideTables.Unit> units) {
            return new Span(
                    units.stream()
                            .map(SideTables.Unit::min)
                            .min(Instant::compareTo)
                            .orElseThrow(),
                    units.stream()
                            .map(SideTables.Unit::max)
                            .max(Instant::compareTo)
                            .orElseThrow());
        }
    }

    String stageTable() {
        return stage;
    }

    String freshTable() {
        return fresh;
    }

    List<String> stagedColumns() {
        return stagedColumns(table);
    }

    static List<String> stagedColumns(Table table) {
        return table.stagedColumns().stream().map(Column::name).toList();
    }

    void createTables(Session session) throws SQLException {
        session.update("CREATE TEMP TABLE " + stage + " (LIKE " + target + " INCLUDING DEFAULTS)");
        session.update("CREATE TEMP TABLE " + fresh + " (LIKE " + target + " INCLUDING DEFAULTS)");
    }

    /** A committed load leaves nothing in the session, which the pool hands out again. */
    void dropTables(Session session) throws SQLException {
        session.update("DROP TABLE " + stage);
        session.update("DROP TABLE " + fresh);
    }

    /** Fills {@code fresh} with the staged rows that no load has taken in yet, one per transport id; tells how many. */
    long keepOnePerTransportId(Session session, Span span) throws SQLException {
        deleteKnown(session, span);
        return keepOneOfEach(session);
    }

    /** Takes out of the staged rows what the target has; tells how many. */
    long deleteKnown(Session session, Span span) throws SQLException {
        return session.update(
                "DELETE FROM " + stage + " USING " + target + " t WHERE " + sameTransportId(stage, "t")
                        + " AND t.received_at >= CAST(? AS TIMESTAMP) AND t.received_at <= CAST(? AS TIMESTAMP)",
                Session.timestamp(span.min()),
                Session.timestamp(span.max()));
    }

    /** Whether a transport id was staged more than once. */
    boolean hasDoubles(Session session) throws SQLException {
        String id = transportId("s");
        return session.number("SELECT COUNT(*) FROM (SELECT " + id + " FROM " + stage + " s GROUP BY " + id
                        + " HAVING COUNT(*) > 1) d")
                > 0;
    }

    /** Fills {@code fresh} with the staged rows, one per transport id; tells how many. */
    long keepOneOfEach(Session session) throws SQLException {
        String columns = SqlName.list("", stagedColumns());
        return session.update("INSERT INTO " + fresh + " (" + columns + ") SELECT " + columns
                + " FROM (SELECT s.*, ROW_NUMBER() OVER (PARTITION BY " + transportId("s")
                + " ORDER BY s.received_at) AS copy_number FROM " + stage + " s) d WHERE copy_number = 1");
    }

    /**
     * Takes out of the staged bad events those that were moved to where they belong, or erased, since they first came: to be done before
     * {@link #keepOnePerTransportId}. Of other tables it takes nothing.
     */
    void leaveOutMoved(Session session, Span span) throws SQLException {
        if (table != Table.BAD_EVENTS) {
            return;
        }
        for (String known : List.of("page_views", "events", "browser_repeats", "forgotten_rows")) {
            session.update(
                    "DELETE FROM " + stage + " USING " + known + " t WHERE " + TransportIds.same(stage, "t")
                            + " AND t.received_at >= CAST(? AS TIMESTAMP) AND t.received_at <= CAST(? AS TIMESTAMP)",
                    Session.timestamp(span.min()),
                    Session.timestamp(span.max()));
        }
    }

    /** Takes out of {@code fresh} what a browser sent before; tells how many. Bad events have no event id: none. */
    long deleteBrowserRepeats(Session session, Span span, Duration window) throws SQLException {
        if (!hasEventId()) {
            return 0;
        }
        return session.update(
                "DELETE FROM " + fresh + " USING " + target + " t WHERE " + fresh + ".event_id = t.event_id AND "
                        + fresh
                        + ".event_fingerprint = t.event_fingerprint"
                        + " AND t.received_at >= CAST(? AS TIMESTAMP) AND t.received_at <= CAST(? AS TIMESTAMP)",
                Session.timestamp(span.min().minus(window)),
                Session.timestamp(span.max().plus(window)));
    }

    /**
     * Makes the rows of {@code fresh} rows of the table, the earliest of those that a browser sent twice; tells how many.
     *
     * @param extra filled from each row's context
     */
    long insert(Session session, Instant loadedAt, long loadId, ExtraColumns extra) throws SQLException {
        List<String> own = extra.names(table);
        String columns = SqlName.list("", stagedColumns());
        if (!own.isEmpty()) {
            extra.prepare(session);
        }
        String from = hasEventId()
                ? "(SELECT f.*, ROW_NUMBER() OVER (PARTITION BY f.event_id, f.event_fingerprint ORDER BY f.received_at, "
                        + "f.ingest_epoch, f.ingest_seq, f.ingest_index) AS copy_number FROM " + fresh
                        + " f) d WHERE copy_number = 1"
                : fresh + " d";
        return session.update(
                "INSERT INTO " + target + " (" + columns + also(own.stream().map(SqlName::quoted))
                        + ", loaded_at, load_id) SELECT " + columns
                        + also(extra.values(table, "d").stream())
                        + ", CAST(? AS TIMESTAMP), CAST(? AS BIGINT) FROM " + from,
                Session.timestamp(loadedAt),
                loadId);
    }

    /**
     * Keeps the transport ids of the staged rows that a browser had sent before, after {@link #insert}: a hit that leaves no row was
     * not lost. Each is kept once, however often the pipeline brings it.
     */
    void recordBrowserRepeats(Session session, Span span, long loadId) throws SQLException {
        String from = Session.timestamp(span.min());
        String to = Session.timestamp(span.max());
        String inSpan = " AND t.received_at >= CAST(? AS TIMESTAMP) AND t.received_at <= CAST(? AS TIMESTAMP))";
        session.update(
                "INSERT INTO browser_repeats (ingest_epoch, ingest_seq, ingest_index, event_id, received_at, load_id)"
                        + " SELECT DISTINCT s.ingest_epoch, s.ingest_seq, s.ingest_index, s.event_id, s.received_at,"
                        + " CAST(? AS BIGINT) FROM " + stage + " s WHERE NOT EXISTS (SELECT 1 FROM " + target
                        + " t WHERE " + sameTransportId("s", "t") + " AND t.load_id = ?" + inSpan
                        + " AND NOT EXISTS (SELECT 1 FROM browser_repeats t WHERE " + sameTransportId("s", "t")
                        + inSpan,
                loadId,
                loadId,
                from,
                to,
                from,
                to);
    }

    private static String also(Stream<String> list) {
        return list.map(item -> ", " + item).collect(Collectors.joining());
    }

    private boolean hasEventId() {
        return table.columns().contains(Columns.EVENT_ID);
    }

    private String transportId(String alias) {
        String id = TransportIds.columns(alias);
        return hasEventId() ? alias + ".event_id, " + id : id;
    }

    private String sameTransportId(String one, String other) {
        // Led by event_id, the distribution key, so that the join stays inside each slice.
        String key = hasEventId() ? one + ".event_id = " + other + ".event_id AND " : "";
        // With the time, no table is compared row by row even where there is no distribution key.
        return key + TransportIds.same(one, other);
    }
}
