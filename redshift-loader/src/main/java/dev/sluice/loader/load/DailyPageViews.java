package dev.sluice.loader.load;

import dev.sluice.common.table.Table;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the days of {@code page_views_daily} ready that are over, and counts again those that changed since. The view is exact
 * whether or not this ever runs: what is not kept is counted when someone asks. Confined to the loader's thread, but for {@link
 * #abort}.
 */
final class DailyPageViews {
    private static final Logger LOG = LoggerFactory.getLogger(DailyPageViews.class);

    private static final String COLUMNS = "view_date, site_id, page_host, page_path, page_views, visitors, sessions";
    /** Of what is due, the days that are over. Today goes on changing with each load: it would be kept for seconds. */
    private static final String OVER = "SELECT view_date FROM page_views_daily_due WHERE view_date < CAST(? AS DATE)";

    private final Warehouse warehouse;
    private final LoaderMetrics metrics;
    private final Duration interval;
    private final InstantSource clock;
    private final LongSupplier nanoTime;

    private long lastNanos;
    private boolean failing;
    private volatile @Nullable Session current;

    /** Whether days are counted from this table: of page views, and of events too, as a ping can be what makes one session of two. */
    static boolean counts(String table) {
        return table.equals(Table.PAGE_VIEWS.tableName()) || table.equals(Table.EVENTS.tableName());
    }

    /**
     * Has the days of these rows counted again. For whoever deletes them, before and in the same transaction: else days that are kept
     * would go on counting what is gone.
     */
    static void due(Session session, String table, String where, List<Object> values) throws SQLException {
        session.update(
                "INSERT INTO page_views_daily_due (view_date) SELECT DISTINCT CAST(occurred_at AS DATE) FROM "
                        + SqlName.checked(table) + " WHERE " + where,
                values.toArray());
    }

    /** @param interval between two refreshes; zero is never */
    DailyPageViews(
            Warehouse warehouse, LoaderMetrics metrics, Duration interval, InstantSource clock, LongSupplier nanoTime) {
        this.warehouse = warehouse;
        this.metrics = metrics;
        this.interval = interval;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.lastNanos = nanoTime.getAsLong();
    }

    /** Refreshes when the interval has passed. Its failure is no load's: it is counted, and tried again after the interval. */
    void refreshIfTime() {
        long began = nanoTime.getAsLong();
        if (interval.isZero() || began - lastNanos < interval.toNanos()) {
            return;
        }
        lastNanos = began;
        try {
            long days = refresh();
            metrics.dailyRefreshed(nanoTime.getAsLong() - began);
            LOG.debug("page_views_daily: {} days were counted", days);
            failing = false;
        } catch (LoadFailure e) {
            metrics.dailyRefreshFailed();
            if (!failing) {
                LOG.warn("The days of page_views_daily can't be kept ready; the view counts them when it is asked", e);
            }
            failing = true;
        }
    }

    /**
     * Looks at the loads since the last time, and counts the days that are due and over. One transaction, under the ledger's lock: a
     * load that committed before it is looked at as a whole, and two loaders never count the same day.
     *
     * @return how many days were counted
     */
    long refresh() throws LoadFailure {
        try (Session session = warehouse.open()) {
            current = session;
            new LoadLedger(session).lock();
            Instant now = clock.instant();
            look(session, now);
            long days =
                    count(session, now.atOffset(ZoneOffset.UTC).toLocalDate().toString());
            session.commit();
            return days;
        } catch (SQLException e) {
            throw LoadFailure.of("refreshing page_views_daily", e);
        } finally {
            current = null;
        }
    }

    /** Breaks off a refresh that is under way, from any thread; may have to be asked again. */
    void abort() {
        Session session = current;
        if (session != null) {
            session.abort();
        }
    }

    private static void look(Session session, Instant now) throws SQLException {
        long seen = session.number("SELECT MAX(load_id) FROM page_views_daily_progress");
        long newest = session.number("SELECT MAX(load_id) FROM load_ledger");
        if (newest > seen) {
            session.update("INSERT INTO page_views_daily_due (view_date) SELECT view_date FROM page_views_daily_open"
                    + " WHERE view_date NOT IN (SELECT view_date FROM page_views_daily_due)");
            session.update(
                    "UPDATE page_views_daily_progress SET load_id = ?, looked_at = CAST(? AS TIMESTAMP)",
                    newest,
                    Session.timestamp(now));
        }
    }

    /** A day that is due is open, so the view counts it from its rows. */
    private static long count(Session session, String today) throws SQLException {
        long days = session.number("SELECT COUNT(*) FROM (" + OVER + ") AS d", today);
        if (days > 0) {
            session.update("DELETE FROM page_views_daily_kept WHERE view_date IN (" + OVER + ")", today);
            session.update(
                    "INSERT INTO page_views_daily_kept (" + COLUMNS + ") SELECT " + COLUMNS + " FROM page_views_daily"
                            // Said twice: this one the planner can take down to the rows.
                            + " WHERE view_date < CAST(? AS DATE) AND view_date IN (" + OVER + ")",
                    today,
                    today);
            session.update("DELETE FROM page_views_daily_due WHERE view_date < CAST(? AS DATE)", today);
        }
        return days;
    }
}
