package dev.sluice.loader.console;

/**
 * What the console asks the warehouse, word for word: each can be given to {@code ./sluice query} as it is. Only SQL that Redshift and
 * its local stand-in both run. All but two read the last half hour at most, by the tables' sort key, and none gives more rows than fit
 * on a page; those two read a table that has a row for each start of a node, and one column's newest block.
 */
enum Question {
    WATERMARK("SELECT complete_until, as_of, missing, written_off_epochs FROM watermark"),

    /** A record that was made again from a journal covers those that it holds, which then count no more. */
    MINUTES("""
            SELECT received_minute, SUM(accepted) AS accepted_hits, SUM(loaded) AS loaded_rows, SUM(bad) AS bad_rows,
                   SUM(repeated) AS repeated_rows
            FROM (
              SELECT bucket AS received_minute, CASE WHEN last_seq > COALESCE(covered, -1) THEN n ELSE 0 END AS accepted,
                     0 AS loaded, 0 AS bad, 0 AS repeated
              FROM (
                SELECT bucket, n, last_seq,
                       MAX(last_seq) OVER (PARTITION BY ingest_epoch, bucket ORDER BY first_seq, last_seq DESC
                                           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS covered
                FROM (
                  SELECT DISTINCT ingest_epoch, bucket, first_seq, last_seq, n
                  FROM audit_buckets
                  WHERE stage = 'accepted' AND bucket >= DATEADD(minute, -30, GETDATE())) AS told) AS in_order
              UNION ALL
              SELECT bucket, 0, CASE WHEN stage = 'loaded' THEN n ELSE 0 END, CASE WHEN stage = 'bad' THEN n ELSE 0 END,
                     CASE WHEN stage = 'repeated' THEN n ELSE 0 END
              FROM audit_buckets
              WHERE stage IN ('loaded', 'bad', 'repeated') AND bucket >= DATEADD(minute, -30, GETDATE())) AS counted
            GROUP BY received_minute
            ORDER BY received_minute DESC
            LIMIT 31"""),

    NODES("""
            SELECT COUNT(DISTINCT ingest_epoch) AS nodes, MAX(complete_until) AS told_until
            FROM audit_buckets
            WHERE stage = 'accepted' AND bucket >= DATEADD(minute, -2, GETDATE())"""),

    /** Through TIMESTAMPTZ: of a TIMESTAMP, Redshift gives the epoch in whole seconds. */
    LAG_TO_ROW("""
            SELECT COUNT(*) AS page_views, PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY seconds) AS p50,
                   PERCENTILE_CONT(0.95) WITHIN GROUP (ORDER BY seconds) AS p95
            FROM (
              SELECT EXTRACT(EPOCH FROM CAST(enriched_at AS TIMESTAMPTZ)) - EXTRACT(EPOCH FROM CAST(received_at AS TIMESTAMPTZ))
                AS seconds
              FROM page_views
              WHERE received_at >= DATEADD(minute, -2, GETDATE())) AS recent"""),

    LAG_TO_TABLE("""
            SELECT COUNT(*) AS page_views, PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY seconds) AS p50,
                   PERCENTILE_CONT(0.95) WITHIN GROUP (ORDER BY seconds) AS p95
            FROM (
              SELECT EXTRACT(EPOCH FROM CAST(loaded_at AS TIMESTAMPTZ)) - EXTRACT(EPOCH FROM CAST(received_at AS TIMESTAMPTZ))
                AS seconds
              FROM page_views
              WHERE received_at >= DATEADD(minute, -2, GETDATE())) AS recent"""),

    LAST_LOAD("SELECT MAX(loaded_at) AS loaded_at FROM load_ledger"),

    LOADED_LATELY("""
            SELECT COALESCE(SUM(page_views + events + bad_events), 0) AS staged_rows
            FROM load_ledger
            WHERE loaded_at >= DATEADD(minute, -1, GETDATE())"""),

    LOADS("""
            SELECT load_id, MAX(loaded_at) AS loaded_at, COUNT(*) AS batches, SUM(page_views) AS page_views,
                   SUM(events) AS events, SUM(bad_events + quarantined) AS bad_rows,
                   SUM(pipeline_duplicates + browser_duplicates) AS repeats, MIN(min_received_at) AS oldest_received_at
            FROM load_ledger
            WHERE loaded_at >= DATEADD(minute, -30, GETDATE())
            GROUP BY load_id
            ORDER BY load_id DESC
            LIMIT 10"""),

    BAD_REASONS("""
            SELECT stage, reason, COUNT(*) AS bad_rows
            FROM bad_events
            WHERE received_at >= DATEADD(minute, -30, GETDATE())
            GROUP BY stage, reason
            ORDER BY COUNT(*) DESC, stage, reason
            LIMIT 10"""),

    BAD_ROWS("""
            SELECT received_at, site_id, stage, reason, detail, SUBSTRING("raw", 1, 300) AS original
            FROM bad_events
            WHERE received_at >= DATEADD(minute, -30, GETDATE())
            ORDER BY received_at DESC
            LIMIT 10"""),

    BAD_ROWS_WITHOUT_ORIGINALS("""
            SELECT received_at, site_id, stage, reason
            FROM bad_events
            WHERE received_at >= DATEADD(minute, -30, GETDATE())
            ORDER BY received_at DESC
            LIMIT 10"""),

    PAGE_VIEWS("""
            SELECT received_at, site_id, page_host, page_path, page_title, COALESCE(referrer_source, referrer_host) AS referrer,
                   device_class, geo_country, is_bot
            FROM page_views
            WHERE received_at >= DATEADD(minute, -30, GETDATE()) AND COALESCE(site_id, '') <> 'sluice-canary'
            ORDER BY received_at DESC
            LIMIT 10"""),

    VISITS("SELECT COUNT(*) AS page_views, COUNT(DISTINCT visitor_key) AS visitors FROM page_views_realtime"),

    VISITS_BY_MINUTE("""
            SELECT received_minute, COUNT(*) AS page_views, COUNT(DISTINCT visitor_key) AS visitors
            FROM page_views_realtime
            GROUP BY received_minute
            ORDER BY received_minute DESC
            LIMIT 31"""),

    TOP_PAGES("""
            SELECT page_host, page_path, COUNT(*) AS page_views, COUNT(DISTINCT visitor_key) AS visitors
            FROM page_views_realtime
            GROUP BY page_host, page_path
            ORDER BY COUNT(*) DESC, page_host, page_path
            LIMIT 10"""),

    /** Of the view's own table: the view has no host of a referrer. */
    TOP_REFERRERS("""
            SELECT COALESCE(referrer_medium, 'direct') AS medium, COALESCE(referrer_source, referrer_host) AS source,
                   COUNT(*) AS page_views
            FROM page_views_clean
            WHERE received_at >= DATEADD(minute, -30, GETDATE()) AND COALESCE(referrer_medium, 'direct') <> 'internal'
            GROUP BY COALESCE(referrer_medium, 'direct'), COALESCE(referrer_source, referrer_host)
            ORDER BY COUNT(*) DESC, COALESCE(referrer_medium, 'direct'), COALESCE(referrer_source, referrer_host)
            LIMIT 10""");

    private final String sql;

    Question(String sql) {
        this.sql = sql;
    }

    String sql() {
        return sql;
    }
}
