package dev.sluice.cli.status;

import dev.sluice.cli.query.Warehouse;
import java.sql.SQLException;
import java.util.List;

/**
 * What the tables say.
 *
 * @param repeatsOfBrowsers rows left out because a browser sent them again
 * @param repeatsOfTheLine rows left out because the line delivered them again
 * @param freshnessP50Seconds from received to queryable, over the last ten minutes in which something was received
 */
record WarehouseCounts(
        long pageViews,
        long events,
        long bad,
        long repeatsOfBrowsers,
        long repeatsOfTheLine,
        double freshnessP50Seconds,
        double freshnessP95Seconds) {

    private static final String COUNTS = """
            SELECT (SELECT COUNT(*) FROM page_views), (SELECT COUNT(*) FROM events), (SELECT COUNT(*) FROM bad_events),
              (SELECT SUM(browser_duplicates) FROM load_ledger), (SELECT SUM(pipeline_duplicates) FROM load_ledger)""";

    /** Through TIMESTAMPTZ: of a TIMESTAMP, Redshift gives the epoch in whole seconds. */
    private static final String FRESHNESS = """
            SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY seconds), PERCENTILE_CONT(0.95) WITHIN GROUP (ORDER BY seconds)
            FROM (
              SELECT EXTRACT(EPOCH FROM CAST(loaded_at AS TIMESTAMPTZ)) - EXTRACT(EPOCH FROM CAST(received_at AS TIMESTAMPTZ))
                AS seconds
              FROM page_views
              WHERE received_at >= (SELECT MAX(received_at) FROM page_views) - INTERVAL '10 minutes') recent""";

    static WarehouseCounts read(Warehouse warehouse) throws SQLException {
        List<Double> counts = warehouse.numbers(COUNTS);
        List<Double> freshness = warehouse.numbers(FRESHNESS);
        return new WarehouseCounts(
                counts.get(0).longValue(),
                counts.get(1).longValue(),
                counts.get(2).longValue(),
                counts.get(3).longValue(),
                counts.get(4).longValue(),
                freshness.get(0),
                freshness.get(1));
    }
}
