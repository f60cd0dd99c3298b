package dev.sluice.loader.load;

import dev.sluice.common.table.Column;
import dev.sluice.common.table.Table;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares two tables in the warehouse, row by row of the same transport id. Reads only. Confined to one thread. */
public final class TableComparison implements AutoCloseable {
    private static final Duration STATEMENT_TIMEOUT = Duration.ofMinutes(30);
    /** Of the load, or of the run: another one there is no other result. */
    private static final Set<String> NEVER_COMPARED = Set.of("enriched_at", "loaded_at", "load_id", "enrich_version");

    private static final Set<String> TRANSPORT = Set.of("received_at", "ingest_epoch", "ingest_seq", "ingest_index");
    private static final Set<String> JSON = Arrays.stream(Table.values())
            .flatMap(table -> table.columns().stream())
            .filter(column -> column.type() == Column.Type.SUPER)
            .map(Column::name)
            .collect(Collectors.toUnmodifiableSet());

    private final Warehouse warehouse;

    /**
     * What is compared.
     *
     * @param from rows received from then on; null is the first
     * @param to rows received before; null is up to the last
     * @param samples of each column that differs
     */
    public record Wanted(
            String one,
            String other,
            @Nullable Instant from,
            @Nullable Instant to,
            int samples) {
        public Wanted {
            SqlName.checked(one);
            SqlName.checked(other);
            if (one.equals(other)) {
                throw new IllegalArgumentException("two tables are compared, not " + one + " with itself");
            }
            if (samples < 0) {
                throw new IllegalArgumentException("samples are not negative");
            }
        }

        private String in(String alias) {
            return (from == null ? "" : " AND " + alias + ".received_at >= CAST(? AS TIMESTAMP)")
                    + (to == null ? "" : " AND " + alias + ".received_at < CAST(? AS TIMESTAMP)");
        }

        private Object[] values() {
            var values = new ArrayList<Object>();
            if (from != null) {
                values.add(Session.timestamp(from));
            }
            if (to != null) {
                values.add(Session.timestamp(to));
            }
            return values.toArray();
        }
    }

    /** One row's cell in both tables; null is SQL's NULL. */
    public record Sample(
            String receivedAt,
            String epoch,
            long seq,
            int index,
            @Nullable String one,
            @Nullable String other) {}

    /**
     * A column that differs.
     *
     * @param rows in how many of the rows that both have
     */
    public record Change(String column, long rows, List<Sample> samples) {}

    /**
     * What was found.
     *
     * @param both rows that both have
     * @param onlyOne rows that the first alone has
     * @param onlyOther rows that the second alone has
     * @param compared how many columns
     * @param changes those that differ somewhere, in the table's order
     */
    public record Result(long both, long onlyOne, long onlyOther, int compared, List<Change> changes) {
        public boolean isSame() {
            return onlyOne == 0 && onlyOther == 0 && changes.isEmpty();
        }
    }

    TableComparison(Warehouse warehouse) {
        this.warehouse = warehouse;
    }

    public static TableComparison connect(WarehouseLogin login) {
        return new TableComparison(login.connect(STATEMENT_TIMEOUT));
    }

    /** In one transaction: both are seen as they were at one moment. */
    public Result compare(Wanted wanted) throws LoadFailure {
        try (Session session = warehouse.open()) {
            List<String> compared = TableNames.same(session, wanted.one(), wanted.other()).stream()
                    .filter(column -> !NEVER_COMPARED.contains(column) && !TRANSPORT.contains(column))
                    .toList();
            List<Long> counts = counts(session, wanted, compared);
            var changes = new ArrayList<Change>();
            for (int i = 0; i < compared.size(); i++) {
                long rows = counts.get(i + 1);
                if (rows > 0) {
                    changes.add(new Change(compared.get(i), rows, samples(session, wanted, compared.get(i))));
                }
            }
            return new Result(
                    counts.getFirst(),
                    onlyIn(session, wanted, wanted.one(), wanted.other()),
                    onlyIn(session, wanted, wanted.other(), wanted.one()),
                    compared.size(),
                    changes);
        } catch (SQLException e) {
            throw LoadFailure.of("comparing " + wanted.one() + " with " + wanted.other(), e);
        }
    }

    /** Of rows that both have: how many there are, and then how many differ in each column. One pass over both tables. */
    private static List<Long> counts(Session session, Wanted wanted, List<String> columns) throws SQLException {
        String sums = columns.stream()
                .map(column -> ", SUM(CASE WHEN " + isSame(column) + " THEN 0 ELSE 1 END)")
                .collect(Collectors.joining());
        var counts = new ArrayList<Long>();
        session.each(
                "SELECT COUNT(*)" + sums + joined(wanted),
                row -> {
                    for (int i = 1; i <= columns.size() + 1; i++) {
                        counts.add(row.getLong(i));
                    }
                },
                wanted.values());
        return counts;
    }

    private static List<Sample> samples(Session session, Wanted wanted, String column) throws SQLException {
        var samples = new ArrayList<Sample>();
        if (wanted.samples() > 0) {
            session.each(
                    "SELECT TO_CHAR(a.received_at, 'YYYY-MM-DD HH24:MI:SS.US'), a.ingest_epoch, a.ingest_seq,"
                            + " COALESCE(a.ingest_index, -1), " + cell("a", column) + ", " + cell("b", column)
                            + joined(wanted) + " AND CASE WHEN " + isSame(column) + " THEN 0 ELSE 1 END = 1"
                            + " ORDER BY a.received_at, a.ingest_epoch, a.ingest_seq, a.ingest_index LIMIT "
                            + wanted.samples(),
                    row -> samples.add(new Sample(
                            row.getString(1),
                            row.getString(2),
                            row.getLong(3),
                            row.getInt(4),
                            row.getString(5),
                            row.getString(6))),
                    wanted.values());
        }
        return samples;
    }

    private static long onlyIn(Session session, Wanted wanted, String table, String other) throws SQLException {
        return session.number(
                "SELECT COUNT(*) FROM " + table + " a WHERE NOT EXISTS (SELECT 1 FROM " + other + " b WHERE "
                        + TransportIds.same("a", "b") + ")" + wanted.in("a"),
                wanted.values());
    }

    private static String joined(Wanted wanted) {
        return " FROM " + wanted.one() + " a JOIN " + wanted.other() + " b ON " + TransportIds.same("a", "b")
                + " WHERE a.received_at IS NOT NULL" + wanted.in("a");
    }

    /** True when both are the same or both are NULL, never NULL where that would count as the same. */
    private static String isSame(String column) {
        String one = cell("a", column);
        String other = cell("b", column);
        return one + " = " + other + " OR (" + one + " IS NULL AND " + other + " IS NULL)";
    }

    /** Values of SUPER compare as their text: Redshift says NULL of two that are of different kinds. */
    private static String cell(String alias, String column) {
        String cell = alias + "." + SqlName.quoted(column);
        return JSON.contains(column) ? "JSON_SERIALIZE(" + cell + ")" : cell;
    }

    @Override
    public void close() {
        warehouse.close();
    }
}
