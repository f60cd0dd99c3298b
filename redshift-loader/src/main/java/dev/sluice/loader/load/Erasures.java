package dev.sluice.loader.load;

import dev.sluice.common.table.Table;
import dev.sluice.loader.identity.IdHash;
import dev.sluice.loader.identity.IdKind;
import dev.sluice.loader.identity.Mentions;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/**
 * The SQL that erases the rows of people who asked to be forgotten. Works inside the caller's transaction, which holds the ledger's
 * lock where it changes something: whatever a load commits after a request was recorded has looked at the request, and whatever it
 * committed before can be seen by who recorded it. The warehouse never sees an id, only hashes.
 *
 * <p>A row that goes leaves its transport id in {@code forgotten_rows}, in the same transaction.
 */
final class Erasures {
    /** Rows named one by one in a statement. */
    private static final int NAMED_AT_ONCE = 50;

    private static final List<Table> FACTS = List.of(Table.PAGE_VIEWS, Table.EVENTS);

    private final Session session;

    Erasures(Session session) {
        this.session = session;
    }

    /**
     * Some rows by their sort key, inclusive.
     *
     * @param loadId of one load; 0 for those of all
     */
    record Rows(Instant from, Instant to, long loadId) {
        String where() {
            return " received_at >= CAST(? AS TIMESTAMP) AND received_at <= CAST(? AS TIMESTAMP)"
                    + (loadId == 0 ? "" : " AND load_id = ?");
        }

        Rows upTo(Instant last) {
            return last.isBefore(to) ? new Rows(from, last, loadId) : this;
        }

        List<Object> values() {
            List<Object> values = new ArrayList<>(List.of(Session.timestamp(from), Session.timestamp(to)));
            if (loadId != 0) {
                values.add(loadId);
            }
            return values;
        }
    }

    /** One row of {@code bad_events}; index -1 is NULL. */
    record BadRow(String receivedAt, String epoch, long seq, int index) {}

    /** Those whose events may still arrive. */
    List<IdHash> pending(Instant now) throws SQLException {
        var pending = new ArrayList<IdHash>();
        session.each(
                "SELECT DISTINCT kind, id_hash FROM forgotten WHERE erase_until > CAST(? AS TIMESTAMP)",
                row -> pending.add(
                        new IdHash(IdKind.valueOf(row.getString(1).toUpperCase(Locale.ROOT)), row.getString(2))),
                Session.timestamp(now));
        return pending;
    }

    /**
     * Erases of what a load has just brought whatever is theirs; tells how many rows. However many requests are open, a load that
     * brought nothing of theirs asks a question for each table and kind of id.
     */
    long eraseArrived(List<IdHash> ids, Rows arrived, Instant now) throws SQLException {
        long erased = 0;
        for (Table table : FACTS) {
            for (IdHash id : presentAmong(ids, table, arrived)) {
                erased += eraseFacts(id, table, arrived, now);
            }
        }
        if (!findBadEvents(ids, arrived).isEmpty()) {
            for (IdHash id : ids) {
                erased += eraseBadEvents(id, findBadEvents(List.of(id), arrived), now);
            }
        }
        return erased;
    }

    /**
     * Erases, of rows that came back into the tables, those whose visitor had asked for it: whatever was received before their request
     * was over. All rows of the span are looked at; those that were not away are erased already.
     */
    long eraseReturned(Instant from, Instant to, Instant now) throws SQLException {
        var until = new HashMap<IdHash, Instant>();
        session.each(
                "SELECT kind, id_hash, TO_CHAR(MAX(erase_until), 'YYYY-MM-DD HH24:MI:SS.US') FROM forgotten WHERE"
                        + " erase_until >= CAST(? AS TIMESTAMP) GROUP BY kind, id_hash",
                row -> until.put(
                        new IdHash(IdKind.valueOf(row.getString(1).toUpperCase(Locale.ROOT)), row.getString(2)),
                        Instant.parse(row.getString(3).replace(' ', 'T') + "Z")),
                Session.timestamp(from));
        if (until.isEmpty()) {
            return 0;
        }
        var all = new Rows(from, to, 0);
        List<IdHash> ids = List.copyOf(until.keySet());
        long erased = 0;
        for (Table table : FACTS) {
            for (IdHash id : presentAmong(ids, table, all)) {
                erased += eraseFacts(id, table, all.upTo(until.getOrDefault(id, to)), now);
            }
        }
        if (!findBadEvents(ids, all).isEmpty()) {
            for (IdHash id : ids) {
                erased += eraseBadEvents(id, findBadEvents(List.of(id), all.upTo(until.getOrDefault(id, to))), now);
            }
        }
        return erased;
    }

    private List<IdHash> presentAmong(List<IdHash> ids, Table table, Rows rows) throws SQLException {
        var hashes = new HashSet<String>();
        for (IdKind kind : EnumSet.copyOf(ids.stream().map(IdHash::kind).toList())) {
            hashes.addAll(session.texts(
                    "SELECT id_hash FROM forgotten WHERE id_hash IN (SELECT " + hashOf(kind) + " FROM "
                            + SqlName.checked(table.tableName()) + " WHERE" + rows.where() + ")",
                    rows.values().toArray()));
        }
        return ids.stream().filter(id -> hashes.contains(id.sha256())).toList();
    }

    /** Erases these rows of page views or events where they are the id's; tells how many. */
    long eraseFacts(IdHash id, Table table, Rows rows, Instant now) throws SQLException {
        return erase(id, table, rows.where() + " AND " + isOf(id), withHash(rows.values(), id), now);
    }

    /** Which of these rows of {@code bad_events} mention one of the ids. What was sent is read here, as SQL can't take it apart. */
    List<BadRow> findBadEvents(List<IdHash> ids, Rows rows) throws SQLException {
        var mentions = new Mentions(ids);
        var found = new ArrayList<BadRow>();
        session.each(
                "SELECT TO_CHAR(received_at, 'YYYY-MM-DD HH24:MI:SS.US'), ingest_epoch, ingest_seq,"
                        + " COALESCE(ingest_index, -1), \"raw\" FROM bad_events WHERE \"raw\" IS NOT NULL AND"
                        + rows.where(),
                row -> {
                    if (mentions.in(row.getString(5))) {
                        found.add(new BadRow(row.getString(1), row.getString(2), row.getLong(3), row.getInt(4)));
                    }
                },
                rows.values().toArray());
        return found;
    }

    long eraseBadEvents(IdHash id, List<BadRow> rows, Instant now) throws SQLException {
        long erased = 0;
        for (int from = 0; from < rows.size(); from += NAMED_AT_ONCE) {
            List<BadRow> some = rows.subList(from, Math.min(rows.size(), from + NAMED_AT_ONCE));
            var values = new ArrayList<Object>();
            some.forEach(row -> Collections.addAll(values, row.receivedAt(), row.epoch(), row.seq(), row.index()));
            String one = "(received_at = CAST(? AS TIMESTAMP) AND ingest_epoch = ? AND ingest_seq = ? AND"
                    + " COALESCE(ingest_index, -1) = ?)";
            String where = " (" + String.join(" OR ", Collections.nCopies(some.size(), one)) + ")";
            erased += erase(id, Table.BAD_EVENTS, where, values, now);
        }
        return erased;
    }

    private long erase(IdHash id, Table table, String where, List<Object> values, Instant now) throws SQLException {
        String name = SqlName.checked(table.tableName());
        session.update(
                "INSERT INTO forgotten_rows (ingest_epoch, ingest_seq, ingest_index, received_at, load_id) SELECT"
                        + " ingest_epoch, ingest_seq, ingest_index, received_at, load_id FROM " + name + " WHERE"
                        + where,
                values.toArray());
        if (DailyPageViews.counts(name)) {
            DailyPageViews.due(session, name, where, values);
        }
        long erased = session.update("DELETE FROM " + name + " WHERE" + where, values.toArray());
        receipt(id, name, erased, now);
        return erased;
    }

    /** Writes down that so many were erased there; nothing for none. */
    void receipt(IdHash id, String place, long erased, Instant now) throws SQLException {
        if (erased > 0) {
            session.update(
                    "INSERT INTO forget_receipts (kind, id_hash, place, erased, erased_at) VALUES (?, ?, ?, ?, CAST(? AS"
                            + " TIMESTAMP))",
                    id.kind().label(),
                    id.sha256(),
                    place,
                    erased,
                    Session.timestamp(now));
        }
    }

    /** The condition under which a row of page views or events is the id's; its one value is the hash. */
    static String isOf(IdHash id) {
        return hashOf(id.kind()) + " = ?";
    }

    private static String hashOf(IdKind kind) {
        return "SHA2('" + kind.label() + ":' || " + kind.column().name() + ", 256)";
    }

    static List<Object> withHash(List<Object> values, IdHash id) {
        List<Object> all = new ArrayList<>(values);
        all.add(id.sha256());
        return all;
    }

    static List<Table> facts() {
        return FACTS;
    }
}
