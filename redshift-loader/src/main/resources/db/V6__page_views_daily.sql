-- page_views_daily, of which the days that are over and have not changed since are kept ready. The view keeps its name, its columns
-- and what it says: each row is what counting all page views would give now.
--
-- A day is open as long as rows of it came with a load that was not looked at yet, or it is due to be counted again. Open days
-- are counted from their rows when someone asks, all others are kept. Nothing that a load does depends on this, so an older
-- loader may go on loading beside it.

-- First what a load takes first, so that neither waits for the other for ever.
LOCK TABLE load_ledger;

CREATE TABLE page_views_daily_kept (
    view_date DATE NOT NULL ENCODE RAW,
    site_id VARCHAR(64),
    page_host VARCHAR(255),
    page_path VARCHAR(2048),
    page_views BIGINT NOT NULL,
    visitors BIGINT NOT NULL,
    sessions BIGINT NOT NULL
)
DISTSTYLE EVEN SORTKEY(view_date);

CREATE TABLE page_views_daily_due (
    view_date DATE NOT NULL
)
DISTSTYLE ALL;

CREATE TABLE page_views_daily_progress (
    load_id BIGINT NOT NULL,
    looked_at TIMESTAMP NOT NULL
)
DISTSTYLE ALL;

INSERT INTO page_views_daily_progress (load_id, looked_at) VALUES (0, GETDATE());

-- Events too: a ping can be what makes one session of two. load_id grows with each load, so old blocks are not read.
CREATE VIEW page_views_daily_open AS
SELECT view_date
FROM page_views_daily_due
UNION
SELECT CAST(occurred_at AS DATE)
FROM page_views
WHERE load_id > (SELECT MAX(load_id) FROM page_views_daily_progress)
UNION
SELECT CAST(occurred_at AS DATE)
FROM events
WHERE load_id > (SELECT MAX(load_id) FROM page_views_daily_progress);

-- A day's sessions can be told apart by that day alone: whether two visits are one session depends on what lies between them. What
-- was before midnight only says where the first of them began, which no column of this view shows. The open days have a name, so
-- that they are looked for once.
CREATE OR REPLACE VIEW page_views_daily AS
WITH open_days AS (SELECT view_date FROM page_views_daily_open)
SELECT view_date,
       site_id,
       page_host,
       page_path,
       page_views,
       visitors,
       sessions
FROM page_views_daily_kept
WHERE view_date NOT IN (SELECT view_date FROM open_days)
UNION ALL
SELECT view_date,
       site_id,
       page_host,
       page_path,
       CAST(COUNT(*) AS BIGINT),
       CAST(COUNT(DISTINCT visitor_key) AS BIGINT),
       CAST(COUNT(DISTINCT session_id) AS BIGINT)
FROM (
    SELECT CAST(occurred_at AS DATE) AS view_date,
           event_type,
           site_id,
           page_host,
           page_path,
           visitor_key,
           CAST(tracker_session_id AS VARCHAR(80)) AS session_id
    FROM activity
    WHERE (tracker_session_id IS NOT NULL OR visitor_key IS NULL)
      AND occurred_at >= (SELECT MIN(view_date) FROM open_days)
      AND CAST(occurred_at AS DATE) IN (SELECT view_date FROM open_days)
    UNION ALL
    SELECT view_date,
           event_type,
           site_id,
           page_host,
           page_path,
           visitor_key,
           CAST(visitor_key || '-' || CAST(session_number AS VARCHAR(15)) AS VARCHAR(80))
    FROM (
        SELECT view_date,
               event_type,
               site_id,
               page_host,
               page_path,
               visitor_key,
               SUM(CASE WHEN occurred_at <= DATEADD(minute, 30, previous_at) THEN 0 ELSE 1 END) OVER (
                   PARTITION BY view_date, site_id, visitor_key ORDER BY occurred_at, event_id
                   ROWS UNBOUNDED PRECEDING) AS session_number
        FROM (
            SELECT CAST(occurred_at AS DATE) AS view_date,
                   event_id,
                   event_type,
                   site_id,
                   page_host,
                   page_path,
                   visitor_key,
                   occurred_at,
                   LAG(occurred_at) OVER (
                       PARTITION BY CAST(occurred_at AS DATE), site_id, visitor_key
                       ORDER BY occurred_at, event_id) AS previous_at
            FROM activity
            WHERE tracker_session_id IS NULL AND visitor_key IS NOT NULL
              AND occurred_at >= (SELECT MIN(view_date) FROM open_days)
              AND CAST(occurred_at AS DATE) IN (SELECT view_date FROM open_days)
        ) AS gaps
    ) AS numbered
) AS visits
WHERE event_type = 'page_view'
GROUP BY view_date, site_id, page_host, page_path;

COMMENT ON TABLE page_views_daily_kept IS 'The days of page_views_daily that are counted already. Ask that view: days that changed since are here with their old numbers.';
COMMENT ON COLUMN page_views_daily_kept.view_date IS 'The day on which it happened, in UTC.';
COMMENT ON COLUMN page_views_daily_kept.site_id IS 'The site.';
COMMENT ON COLUMN page_views_daily_kept.page_host IS 'The page''s host.';
COMMENT ON COLUMN page_views_daily_kept.page_path IS 'The page''s path.';
COMMENT ON COLUMN page_views_daily_kept.page_views IS 'How many page views, those of nobody too.';
COMMENT ON COLUMN page_views_daily_kept.visitors IS 'How many browsers, as far as they have an id.';
COMMENT ON COLUMN page_views_daily_kept.sessions IS 'How many sessions saw the page.';

COMMENT ON TABLE page_views_daily_due IS 'Days that page_views_daily counts from their rows until they are kept. Whoever deletes page views or events adds their days here, in the same transaction.';
COMMENT ON COLUMN page_views_daily_due.view_date IS 'The day, in UTC.';

COMMENT ON TABLE page_views_daily_progress IS 'One row: up to which load the days of what came are known to page_views_daily_due or page_views_daily_kept.';
COMMENT ON COLUMN page_views_daily_progress.load_id IS 'The last such load.';
COMMENT ON COLUMN page_views_daily_progress.looked_at IS 'When that was.';

COMMENT ON VIEW page_views_daily_open IS 'The days that page_views_daily counts from their rows: those that are due, and those of loads after the last one that was looked at.';
COMMENT ON COLUMN page_views_daily_open.view_date IS 'The day, in UTC.';
