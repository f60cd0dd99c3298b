package dev.sluice.loader.load;

import dev.sluice.common.table.Table;
import dev.sluice.loader.identity.IdHash;
import dev.sluice.loader.identity.IdKind;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The warehouse for whoever runs a request to be forgotten, beside loaders that go on. Everything is done in short transactions, a
 * day's rows of one table in each: loads wait for one of these at most, those who query for none. Each can be repeated. Confined to
 * one thread.
 */
public final class WarehouseErasure implements AutoCloseable {
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    private final Warehouse warehouse;
    private final InstantSource clock;

    /**
     * A request as it was recorded.
     *
     * @param eraseUntil loads erase what arrives until then
     */
    public record Request(IdHash id, Instant requestedAt, Instant eraseUntil) {}

    WarehouseErasure(Warehouse warehouse, InstantSource clock) {
        this.warehouse = warehouse;
        this.clock = clock;
    }

    public static WarehouseErasure connect(String jdbcUrl, String user, String password) {
        return new WarehouseErasure(
                Warehouse.connect(jdbcUrl, user, password, Duration.ofMinutes(30)), InstantSource.system());
    }

    /**
     * Records the request; from then on every load erases what is theirs. One that is open is taken up again, and stays open for
     * as long as a new one would.
     */
    public Request request(IdHash id, Duration inFlight) throws LoadFailure {
        Instant now = clock.instant();
        return inTransaction("recording the request", session -> {
            new LoadLedger(session).lock();
            long open = session.update(
                    "UPDATE forgotten SET erase_until = CAST(? AS TIMESTAMP) WHERE kind = ? AND id_hash = ? AND"
                            + " finished_at IS NULL",
                    Session.timestamp(now.plus(inFlight)),
                    id.kind().label(),
                    id.sha256());
            if (open == 0) {
                session.update(
                        "INSERT INTO forgotten (kind, id_hash, requested_at, erase_until) VALUES (?, ?, CAST(? AS"
                                + " TIMESTAMP), CAST(? AS TIMESTAMP))",
                        id.kind().label(),
                        id.sha256(),
                        Session.timestamp(now),
                        Session.timestamp(now.plus(inFlight)));
            }
            return requests(
                            session,
                            "kind = ? AND id_hash = ? AND finished_at IS NULL",
                            id.kind().label(),
                            id.sha256())
                    .getFirst();
        });
    }

    /** Requests for which nothing can be on the way any more, and that were not finished yet. */
    public List<Request> due() throws LoadFailure {
        return inTransaction(
                "reading requests",
                session -> requests(
                        session,
                        "finished_at IS NULL AND erase_until <= CAST(? AS TIMESTAMP)",
                        Session.timestamp(clock.instant())));
    }

    public void finish(Request request) throws LoadFailure {
        inTransaction("finishing a request", session -> {
            new LoadLedger(session).lock();
            return session.update(
                    "UPDATE forgotten SET finished_at = CAST(? AS TIMESTAMP) WHERE kind = ? AND id_hash = ? AND"
                            + " finished_at IS NULL",
                    Session.timestamp(clock.instant()),
                    request.id().kind().label(),
                    request.id().sha256());
        });
    }

    /** How many rows are theirs, by table. */
    public Map<String, Long> count(IdHash id) throws LoadFailure {
        return inTransaction("counting", session -> {
            var counts = new TreeMap<String, Long>();
            for (Table table : Erasures.facts()) {
                counts.put(
                        table.tableName(),
                        session.number(
                                "SELECT COUNT(*) FROM " + table.tableName() + " WHERE " + Erasures.isOf(id),
                                id.sha256()));
            }
            List<Erasures.BadRow> bad =
                    new Erasures(session).findBadEvents(List.of(id), new Erasures.Rows(FIRST, LAST, 0));
            counts.put(Table.BAD_EVENTS.tableName(), (long) bad.size());
            return counts;
        });
    }

    /** Erases all of their rows that were received up to then. */
    public void erase(IdHash id, Instant until) throws LoadFailure {
        for (Table table : Erasures.facts()) {
            for (LocalDate day : daysWithRows(id, table, until)) {
                Instant begins = day.atStartOfDay(ZoneOffset.UTC).toInstant();
                Instant ends = day.atTime(LocalTime.MAX).toInstant(ZoneOffset.UTC);
                var rows = new Erasures.Rows(begins, ends.isBefore(until) ? ends : until, 0);
                inTransaction("erasing rows", session -> {
                    new LoadLedger(session).lock();
                    return new Erasures(session).eraseFacts(id, table, rows, clock.instant());
                });
            }
        }
        List<Erasures.BadRow> bad = inTransaction(
                "reading bad events",
                session -> new Erasures(session).findBadEvents(List.of(id), new Erasures.Rows(FIRST, until, 0)));
        inTransaction("erasing bad events", session -> {
            new LoadLedger(session).lock();
            return new Erasures(session).eraseBadEvents(id, bad, clock.instant());
        });
    }

    private List<LocalDate> daysWithRows(IdHash id, Table table, Instant until) throws LoadFailure {
        return inTransaction(
                "looking for rows",
                session -> session
                        .texts(
                                "SELECT DISTINCT TO_CHAR(received_at, 'YYYY-MM-DD') FROM " + table.tableName()
                                        + " WHERE " + Erasures.isOf(id) + " AND received_at <= CAST(? AS TIMESTAMP)",
                                id.sha256(),
                                Session.timestamp(until))
                        .stream()
                        .map(LocalDate::parse)
                        .sorted()
                        .toList());
    }

    /** Writes down what was erased elsewhere. */
    public void receipt(IdHash id, String place, long erased) throws LoadFailure {
        inTransaction("writing a receipt", session -> {
            new Erasures(session).receipt(id, place, erased, clock.instant());
            return erased;
        });
    }

    /** All that was ever erased for this id, by place; by loaders too. */
    public Map<String, Long> receipts(IdHash id) throws LoadFailure {
        return inTransaction("reading receipts", session -> {
            var places = new TreeMap<String, Long>();
            session.each(
                    "SELECT place, CAST(SUM(erased) AS BIGINT) FROM forget_receipts WHERE kind = ? AND id_hash = ? GROUP BY"
                            + " place",
                    row -> places.put(row.getString(1), row.getLong(2)),
                    id.kind().label(),
                    id.sha256());
            return places;
        });
    }

    public Set<String> loadedAmong(Collection<String> batchIds) throws LoadFailure {
        return inTransaction("reading the ledger", session -> new LoadLedger(session).loadedAmong(batchIds));
    }

    private static List<Request> requests(Session session, String where, Object... values) throws SQLException {
        var requests = new ArrayList<Request>();
        session.each(
                "SELECT kind, id_hash, " + micros("requested_at") + ", " + micros("erase_until")
                        + " FROM forgotten WHERE " + where + " ORDER BY requested_at",
                row -> requests.add(new Request(
                        new IdHash(IdKind.valueOf(row.getString(1).toUpperCase(Locale.ROOT)), row.getString(2)),
                        instant(row.getString(3)),
                        instant(row.getString(4)))),
                values);
        return requests;
    }

    private static String micros(String column) {
        return "TO_CHAR(" + column + ", 'YYYY-MM-DD HH24:MI:SS.US')";
    }

    private static Instant instant(String micros) {
        return Instant.parse(micros.replace(' ', 'T') + "Z");
    }

    private interface Work<T> {
        T with(Session session) throws SQLException;
    }

    private <T> T inTransaction(String doing, Work<T> work) throws LoadFailure {
        try (Session session = warehouse.open()) {
            T result = work.with(session);
            session.commit();
            return result;
        } catch (SQLException e) {
            throw LoadFailure.of(doing, e);
        }
    }

    @Override
    public void close() {
        warehouse.close();
    }
}
