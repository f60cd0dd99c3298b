package dev.sluice.loader.load;

import dev.sluice.common.table.Table;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Puts the rows of a side table in the place of the line's own rows of the same transport ids, and takes that back. Rows are
 * exchanged one for one: none is gained or lost, so that the line's books, which count rows, hold. Each is one transaction under the
 * ledger's lock: a load comes before or after it. The table itself stays, and with it its views and grants. What was replaced is
 * kept in a table beside it until it is taken back, or dropped by hand.
 *
 * <p>Confined to one thread.
 */
public final class Promotion implements AutoCloseable {
    private static final Duration STATEMENT_TIMEOUT = Duration.ofMinutes(30);

    private final Warehouse warehouse;

    /** How it ended. */
    public enum Ending {
        DONE,
        /** It was done before. */
        NOTHING_TO_DO,
        /** The side table lacks rows, and nothing was changed. */
        ROWS_ARE_LACKING
    }

    /**
     * What became of it.
     *
     * @param exchanged rows
     * @param lacking rows that the table has in the side table's span of time, and the side table hasn't: they stay as they are
     * @param added rows that the side table alone has: they stay out
     * @param kept the table with the rows as they were
     */
    public record Outcome(Ending ending, long exchanged, long lacking, long added, String kept) {}

    /** What is to be promoted: {@code table} is page_views or events, {@code side} none of the line's own. */
    public record Pair(String side, String table) {
        public Pair {
            TableNames.side(side);
            SqlName.checked(table);
            if (!table.equals(Table.PAGE_VIEWS.tableName()) && !table.equals(Table.EVENTS.tableName())) {
                throw new IllegalArgumentException("rows go to page_views or events, not to " + table);
            }
            SqlName.checked(table + "_before_" + side);
        }

        /** Where the rows are kept as they were. */
        public String before() {
            return table + "_before_" + side;
        }
    }

    Promotion(Warehouse warehouse) {
        this.warehouse = warehouse;
    }

    public static Promotion connect(WarehouseLogin login) {
        return new Promotion(login.connect(STATEMENT_TIMEOUT));
    }

    /** @param force goes on though the side table lacks rows; they stay as they are */
    public Outcome promote(Pair pair, boolean force) throws LoadFailure {
        String table = pair.table();
        String side = pair.side();
        String before = pair.before();
        try (Session session = warehouse.open()) {
            new LoadLedger(session).lock();
            List<String> columns = TableNames.same(session, table, side);
            if (TableNames.exists(session, before)) {
                return new Outcome(Ending.NOTHING_TO_DO, count(session, before), 0, 0, before);
            }
            long lacking = lacking(session, pair);
            long added = session.number("SELECT COUNT(*) FROM " + side + " a WHERE NOT EXISTS (SELECT 1 FROM " + table
                    + " b WHERE " + TransportIds.same("a", "b") + ")");
            if (lacking > 0 && !force) {
                return new Outcome(Ending.ROWS_ARE_LACKING, 0, lacking, added, before);
            }
            session.update("CREATE TABLE " + before + " (LIKE " + table + " INCLUDING DEFAULTS)");
            String list = SqlName.list("", columns);
            long kept = session.update("INSERT INTO " + before + " (" + list + ") SELECT " + list + " FROM " + table
                    + " a WHERE EXISTS (SELECT 1 FROM " + side + " b WHERE " + TransportIds.same("a", "b") + ")");
            if (kept == 0) {
                throw new LoadFailure(
                        LoadFailure.Kind.FATAL,
                        side + " has none of " + table + "'s rows: there is nothing to exchange",
                        null);
            }
            daysAreDue(session, before);
            daysAreDue(session, side);
            long deleted = deleteThoseOf(session, table, before);
            long inserted = session.update(
                    "INSERT INTO " + table + " (" + list + ") SELECT " + values(columns) + " FROM " + side + " s JOIN "
                            + before + " b ON " + TransportIds.same("s", "b"),
                    Session.timestamp(Instant.now()));
            requireOneForOne(kept, deleted, inserted, table);
            session.commit();
            return new Outcome(Ending.DONE, inserted, lacking, added, before);
        } catch (SQLException e) {
            throw LoadFailure.of("promoting " + side, e);
        }
    }

    /** Puts the rows back as they were; those that have gone since, by retention or on request, stay away. */
    public Outcome undo(Pair pair) throws LoadFailure {
        String table = pair.table();
        String before = pair.before();
        try (Session session = warehouse.open()) {
            new LoadLedger(session).lock();
            if (!TableNames.exists(session, before)) {
                return new Outcome(Ending.NOTHING_TO_DO, 0, 0, 0, before);
            }
            String list = SqlName.list("", TableNames.same(session, table, before));
            session.update("DELETE FROM " + before + " WHERE NOT EXISTS (SELECT 1 FROM " + table + " b WHERE "
                    + TransportIds.same(before, "b") + ")");
            long kept = count(session, before);
            daysAreDue(session, before);
            DailyPageViews.due(
                    session,
                    table,
                    "EXISTS (SELECT 1 FROM " + before + " b WHERE " + TransportIds.same(table, "b") + ")",
                    List.of());
            long deleted = deleteThoseOf(session, table, before);
            long inserted =
                    session.update("INSERT INTO " + table + " (" + list + ") SELECT " + list + " FROM " + before);
            requireOneForOne(kept, deleted, inserted, table);
            session.update("DROP TABLE " + before);
            session.commit();
            return new Outcome(Ending.DONE, inserted, 0, 0, before);
        } catch (SQLException e) {
            throw LoadFailure.of("taking " + pair.side() + " back", e);
        }
    }

    /** In the time that the side table is of, from its first row to its last. */
    private static long lacking(Session session, Pair pair) throws SQLException {
        return session.number("SELECT COUNT(*) FROM " + pair.table()
                + " a WHERE received_at >= (SELECT MIN(received_at) FROM "
                + pair.side() + ") AND received_at <= (SELECT MAX(received_at) FROM " + pair.side()
                + ") AND NOT EXISTS (SELECT 1 FROM " + pair.side() + " b WHERE " + TransportIds.same("a", "b") + ")");
    }

    private static long count(Session session, String table) throws SQLException {
        return session.number("SELECT COUNT(*) FROM " + table);
    }

    /** Days that are kept ready are counted again: of rows that go, and of those that come. */
    private static void daysAreDue(Session session, String table) throws SQLException {
        DailyPageViews.due(session, table, "received_at IS NOT NULL", List.of());
    }

    private static long deleteThoseOf(Session session, String table, String before) throws SQLException {
        return session.update(
                "DELETE FROM " + table + " USING " + before + " b WHERE " + TransportIds.same(table, "b"));
    }

    /** A row belongs to the load that brought it; when it can be seen is from now on. */
    private static String values(List<String> columns) {
        return columns.stream()
                .map(column -> switch (column) {
                    case "load_id" -> "b.load_id";
                    case "loaded_at" -> "CAST(? AS TIMESTAMP)";
                    default -> "s." + SqlName.quoted(column);
                })
                .collect(Collectors.joining(", "));
    }

    private static void requireOneForOne(long kept, long deleted, long inserted, String table) throws LoadFailure {
        if (kept != deleted || kept != inserted) {
            throw new LoadFailure(
                    LoadFailure.Kind.FATAL,
                    "nothing was changed: of " + kept + " rows of " + table + " to exchange, " + deleted
                            + " would go and " + inserted + " come, so an event is there twice",
                    null);
        }
    }

    @Override
    public void close() {
        warehouse.close();
    }
}
