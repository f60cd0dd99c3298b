package dev.sluice.loader.load;

import dev.sluice.common.table.Table;
import dev.sluice.loader.audit.AuditBuckets;
import dev.sluice.loader.load.TableLoad.Span;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The SQL that puts rows in the place of bad events. Works inside the caller's transaction, which holds the ledger's lock. A row belongs to
 * the load that had brought its bad event. The counts in {@code audit_buckets} move with the rows, as far as there still are any of
 * their minute.
 */
final class BadEventMove {
    private static final String MOVED = "moved_bad_events";
    private static final String ID = "received_at, ingest_epoch, ingest_seq, ingest_index";
    private static final String REQUEST = "received_at, ingest_epoch, ingest_seq";
    private static final String IN_SPAN =
            "t.received_at >= CAST(? AS TIMESTAMP) AND t.received_at <= CAST(? AS TIMESTAMP)";

    private final Session session;
    private final Span span;
    private final Set<Table> facts;
    private final boolean hasBad;

    /** @param staged tables of which there are files */
    BadEventMove(Session session, Span span, Set<Table> staged) {
        this.session = session;
        this.span = span;
        this.facts = EnumSet.copyOf(staged);
        this.hasBad = facts.remove(Table.BAD_EVENTS);
    }

    /** The temporary table that takes a table's files. */
    static String stage(Table table) {
        return "move_" + table.tableName();
    }

    void createTables() throws SQLException {
        var staged = new ArrayList<>(facts);
        if (hasBad) {
            staged.add(Table.BAD_EVENTS);
        }
        for (Table table : staged) {
            session.update(
                    "CREATE TEMP TABLE " + stage(table) + " (LIKE " + table.tableName() + " INCLUDING DEFAULTS)");
        }
        session.update(
                "CREATE TEMP TABLE " + MOVED + " (received_at TIMESTAMP NOT NULL, ingest_epoch CHAR(36) NOT NULL,"
                        + " ingest_seq BIGINT NOT NULL, ingest_index SMALLINT, stage VARCHAR(16) NOT NULL, reason VARCHAR(64) NOT"
                        + " NULL, load_id BIGINT NOT NULL)");
    }

    /** All of it, once the files are copied. */
    Recovery.Moved run(Instant now, Duration dedupWindow, Map<String, String> leftOut) throws SQLException {
        var rows = new EnumMap<Table, Long>(Table.class);
        long repeats = 0;
        if (!facts.isEmpty()) {
            findMoved("stage <> ?", ID, TransportIds.same("t", "s"));
            findMoved("stage = ?", REQUEST, TransportIds.sameRequest("t", "s"));
        }
        for (Table table : facts) {
            claim(table);
            leaveOutKnown(table, table.tableName(), "browser_repeats", "forgotten_rows");
            DailyPageViews.due(session, stage(table), "received_at IS NOT NULL", List.of());
            rows.put(table, insert(table, now, dedupWindow));
            repeats += recordRepeats(table);
            recount("loaded", table.tableName(), stage(table), 1);
            recount("repeated", "browser_repeats", stage(table), 1);
        }
        recount("bad", Table.BAD_EVENTS.tableName(), MOVED, -1);
        session.update("DELETE FROM bad_events USING " + MOVED + " m WHERE " + TransportIds.same("bad_events", "m"));
        if (hasBad) {
            claim(Table.BAD_EVENTS);
            leaveOutKnown(Table.BAD_EVENTS, "bad_events");
            rows.put(Table.BAD_EVENTS, insertBad(now));
            recount("bad", Table.BAD_EVENTS.tableName(), stage(Table.BAD_EVENTS), 1);
        }
        long erased = new Erasures(session).eraseReturned(span.min(), span.max(), now);
        var moved = new TreeMap<String, Long>();
        session.each(
                "SELECT reason, COUNT(*) FROM " + MOVED + " GROUP BY reason",
                row -> moved.put(row.getString(1), row.getLong(2)));
        dropTables();
        return new Recovery.Moved(moved, rows, repeats, erased, leftOut);
    }

    /** The bad events that are there and of which a row has come, once each. */
    private void findMoved(String whichStage, String id, String same) throws SQLException {
        String come = facts.stream()
                .map(table -> "SELECT " + id + " FROM " + stage(table))
                .collect(Collectors.joining(" UNION "));
        session.update(
                "INSERT INTO " + MOVED + " (" + ID + ", stage, reason, load_id) SELECT " + prefixed("t", ID)
                        + ", t.stage, MIN(t.reason), MIN(t.load_id) FROM bad_events t JOIN (" + come + ") s ON " + same
                        + " WHERE t." + whichStage + " AND " + IN_SPAN + " GROUP BY " + prefixed("t", ID) + ", t.stage",
                BadEvent.WHOLE_REQUEST_STAGE,
                from(),
                to());
    }

    /** Keeps what came of the staged rows for a bad event that goes, and gives it that one's load. */
    private void claim(Table table) throws SQLException {
        String stage = stage(table);
        if (table != Table.BAD_EVENTS) {
            session.update("UPDATE " + stage + " SET load_id = m.load_id FROM " + MOVED + " m WHERE "
                    + TransportIds.same(stage, "m"));
        }
        session.update(
                "UPDATE " + stage + " SET load_id = m.load_id FROM " + MOVED + " m WHERE "
                        + TransportIds.sameRequest(stage, "m") + " AND m.stage = ?",
                BadEvent.WHOLE_REQUEST_STAGE);
        // No load has this number.
        session.update("DELETE FROM " + stage + " WHERE load_id = 0");
    }

    /** What is known there already stays as it is, whoever brought it: the bad event goes all the same. */
    private void leaveOutKnown(Table table, String... places) throws SQLException {
        for (String known : places) {
            session.update(
                    "DELETE FROM " + stage(table) + " USING " + known + " t WHERE "
                            + TransportIds.same(stage(table), "t") + " AND " + IN_SPAN,
                    from(),
                    to());
        }
    }

    private long insert(Table table, Instant loadedAt, Duration dedupWindow) throws SQLException {
        ExtraColumns extra = ExtraColumns.of(session, table);
        List<String> own = extra.names(table);
        if (!own.isEmpty()) {
            extra.prepare(session);
        }
        String staged = SqlName.list("", TableLoad.stagedColumns(table));
        return session.update(
                "INSERT INTO " + table.tableName() + " (" + staged + also(own, SqlName::quoted)
                        + ", loaded_at, load_id) SELECT " + staged + also(extra.values(table, "d"), value -> value)
                        + ", CAST(? AS TIMESTAMP), load_id FROM (SELECT s.*, ROW_NUMBER() OVER (PARTITION BY s.event_id,"
                        + " s.event_fingerprint ORDER BY s.received_at, s.ingest_epoch, s.ingest_seq, s.ingest_index) AS"
                        + " copy_number FROM " + stage(table) + " s WHERE NOT EXISTS (SELECT 1 FROM "
                        + table.tableName() + " t WHERE t.event_id = s.event_id AND t.event_fingerprint ="
                        + " s.event_fingerprint AND " + IN_SPAN + ")) d WHERE copy_number = 1",
                Session.timestamp(loadedAt),
                Session.timestamp(span.min().minus(dedupWindow)),
                Session.timestamp(span.max().plus(dedupWindow)));
    }

    /** What has left no row by now was sent by a browser before. */
    private long recordRepeats(Table table) throws SQLException {
        return session.update(
                "INSERT INTO browser_repeats (ingest_epoch, ingest_seq, ingest_index, event_id, received_at, load_id)"
                        + " SELECT DISTINCT s.ingest_epoch, s.ingest_seq, s.ingest_index, s.event_id, s.received_at, s.load_id"
                        + " FROM " + stage(table) + " s WHERE NOT EXISTS (SELECT 1 FROM " + table.tableName()
                        + " t WHERE " + TransportIds.same("s", "t") + " AND " + IN_SPAN + ")",
                from(),
                to());
    }

    private long insertBad(Instant loadedAt) throws SQLException {
        String staged = SqlName.list("", TableLoad.stagedColumns(Table.BAD_EVENTS));
        return session.update(
                "INSERT INTO bad_events (" + staged + ", loaded_at, load_id) SELECT " + staged
                        + ", CAST(? AS TIMESTAMP), load_id FROM (SELECT s.*, ROW_NUMBER() OVER (PARTITION BY "
                        + prefixed("s", ID) + " ORDER BY s.reason) AS copy_number FROM " + stage(Table.BAD_EVENTS)
                        + " s) d WHERE copy_number = 1",
                Session.timestamp(loadedAt));
    }

    private void recount(String stage, String table, String ids, int sign) throws SQLException {
        session.update(AuditBuckets.recount(stage, table, ids, sign), from(), to(), from(), to());
    }

    private void dropTables() throws SQLException {
        for (Table table : facts) {
            session.update("DROP TABLE " + stage(table));
        }
        if (hasBad) {
            session.update("DROP TABLE " + stage(Table.BAD_EVENTS));
        }
        session.update("DROP TABLE " + MOVED);
    }

    private static String prefixed(String alias, String columns) {
        return Arrays.stream(columns.split(", "))
                .map(column -> alias + "." + column)
                .collect(Collectors.joining(", "));
    }

    private static String also(List<String> items, Function<String, String> form) {
        return items.stream().map(item -> ", " + form.apply(item)).collect(Collectors.joining());
    }

    private String from() {
        return Session.timestamp(span.min());
    }

    private String to() {
        return Session.timestamp(span.max());
    }
}
