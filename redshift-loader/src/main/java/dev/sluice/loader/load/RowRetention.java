package dev.sluice.loader.load;

import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Table;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes rows that are past their retention, by the sort key and the oldest first, an hour of facts or a day of books at a time:
 * each step is a short transaction of its own, so that a load waits for one step at most. The space comes back by Redshift's own
 * vacuuming. Confined to the loader's thread, but for {@link #abort}.
 */
final class RowRetention implements Upkeep.Chore {
    private static final Logger LOG = LoggerFactory.getLogger(RowRetention.class);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    /** A table in which nothing was due is looked at again after this time. */
    private static final Duration BETWEEN_LOOKS = HOUR;

    /**
     * @param time the table's sort key
     * @param step how much of it goes in one transaction
     * @param unless what is kept whatever its age; SQL, empty when there is no such row
     */
    record Rule(String table, String time, Duration keep, Duration step, String unless) {}

    private final Warehouse warehouse;
    private final RetentionMetrics metrics;
    private final InstantSource clock;
    /** The one whose turn it is first. */
    private final Deque<Rule> rules;

    private final Map<Rule, Instant> notBefore = new HashMap<>();
    private final Map<Rule, Long> deleted = new HashMap<>();

    private volatile @Nullable Session current;

    RowRetention(Warehouse warehouse, List<Rule> rules, RetentionMetrics metrics, InstantSource clock) {
        this.warehouse = warehouse;
        this.rules = new ArrayDeque<>(rules);
        this.metrics = metrics;
        this.clock = clock;
    }

    static List<Rule> rules(RetentionProperties retention) {
        var rules = new ArrayList<Rule>();
        addFacts(rules, Table.PAGE_VIEWS, retention.pageViews());
        addFacts(rules, Table.EVENTS, retention.events());
        addFacts(rules, Table.BAD_EVENTS, retention.badEvents());
        rules.add(new Rule("audit_buckets", "bucket", retention.audit(), DAY, ""));
        rules.add(new Rule("browser_repeats", Columns.RECEIVED_AT.name(), retention.audit(), DAY, ""));
        // Without its proof, an epoch that counts are left of would be one that was never looked at; what was written
        // off is told for
        // ever.
        rules.add(new Rule(
                "audit_proofs",
                "checked_at",
                retention.audit(),
                DAY,
                "state IN ('open', 'written off') OR ingest_epoch IN (SELECT ingest_epoch FROM audit_buckets)"));
        rules.add(new Rule("forgotten_rows", Columns.RECEIVED_AT.name(), retention.audit(), DAY, ""));
        // The next load's number comes after the largest one here: without any row, numbers would begin anew.
        rules.add(new Rule(
                "load_ledger",
                "loaded_at",
                retention.ledger(),
                DAY,
                "load_id = (SELECT MAX(load_id) FROM load_ledger)"));
        return rules;
    }

    private static void addFacts(List<Rule> rules, Table table, @Nullable Duration keep) {
        if (keep != null) {
            rules.add(new Rule(table.tableName(), Columns.RECEIVED_AT.name(), keep, HOUR, ""));
        }
    }

    @Override
    public String name() {
        return "deleting old rows";
    }

    /** Of the next table for which something is due, the oldest hour or day. */
    @Override
    public void step() throws LoadFailure {
        Instant now = clock.instant();
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.removeFirst();
            rules.addLast(rule);
            if (!now.isBefore(notBefore.getOrDefault(rule, Instant.MIN)) && stepOf(rule, now)) {
                return;
            }
        }
    }

    /** @return whether there was something to do */
    private boolean stepOf(Rule rule, Instant now) throws LoadFailure {
        Instant cutoff = now.minus(rule.keep());
        try (Session session = warehouse.open()) {
            current = session;
            Instant oldest = oldest(session, rule);
            if (oldest == null || !oldest.isBefore(cutoff)) {
                finished(rule, cutoff);
                notBefore.put(rule, now.plus(BETWEEN_LOOKS));
                return false;
            }
            Instant end = oldest.plus(rule.step());
            long rows = delete(session, rule, end.isBefore(cutoff) ? end : cutoff);
            metrics.rowsDeleted(rule.table(), rows);
            deleted.merge(rule, rows, Long::sum);
            return true;
        } catch (SQLException e) {
            throw LoadFailure.of("deleting old rows of " + rule.table(), e);
        } finally {
            current = null;
        }
    }

    private static @Nullable Instant oldest(Session session, Rule rule) throws SQLException {
        String where = rule.unless().isEmpty() ? "" : " WHERE NOT (" + rule.unless() + ")";
        long second = session.number("SELECT CAST(FLOOR(EXTRACT(EPOCH FROM MIN(" + rule.time() + "))) AS BIGINT) FROM "
                + SqlName.checked(rule.table()) + where);
        session.rollback();
        return second == 0 ? null : Instant.ofEpochSecond(second);
    }

    private static long delete(Session session, Rule rule, Instant before) throws SQLException {
        // What every load takes first: a standby's load waits for this step, and neither fails over the other.
        new LoadLedger(session).lock();
        String unless = rule.unless().isEmpty() ? "" : " AND NOT (" + rule.unless() + ")";
        String where = rule.time() + " < CAST(? AS TIMESTAMP)" + unless;
        String table = SqlName.checked(rule.table());
        if (DailyPageViews.counts(table)) {
            DailyPageViews.due(session, table, where, List.of(Session.timestamp(before)));
        }
        long rows = session.update("DELETE FROM " + table + " WHERE " + where, Session.timestamp(before));
        session.commit();
        return rows;
    }

    private void finished(Rule rule, Instant cutoff) {
        Long rows = deleted.remove(rule);
        if (rows != null) {
            LOG.info(
                    "Deleted {} rows of {} from before {}: they are kept for {}",
                    rows,
                    rule.table(),
                    cutoff,
                    rule.keep());
        }
    }

    @Override
    public void abort() {
        Session session = current;
        if (session != null) {
            session.abort();
        }
    }
}
