-- Views for analysts, and what every table, view and column means.
--
-- Plain views, bound to their tables: a late-binding view takes no comments. They hold no data: what asks one of them reads the
-- tables. Each names its columns, so that a column that is added to a table does not change it, and computed columns have
-- their type given, so that it is the same everywhere.
--
-- Robots, and the canaries that a site called sluice-canary may send, are in none of them.

-- First what a load takes first, so that neither waits for the other for ever.
LOCK TABLE load_ledger;

CREATE VIEW page_views_clean AS
SELECT event_id,
       event_type,
       page_view_id,
       site_id,
       platform,
       tracker_name,
       tracker_version,
       received_at,
       occurred_at,
       client_created_at,
       client_sent_at,
       enriched_at,
       loaded_at,
       client_timezone,
       visitor_id,
       network_id,
       user_id,
       session_id,
       session_index,
       is_first_in_session,
       is_anonymous,
       privacy_signal,
       page_url,
       page_host,
       page_path,
       page_query,
       page_fragment,
       page_title,
       referrer_url,
       referrer_host,
       referrer_medium,
       referrer_source,
       referrer_term,
       utm_source,
       utm_medium,
       utm_campaign,
       utm_term,
       utm_content,
       click_id,
       click_network,
       user_agent,
       browser_name,
       browser_version,
       os_name,
       os_version,
       device_class,
       is_bot,
       browser_language,
       viewport_width,
       viewport_height,
       screen_width,
       screen_height,
       ip_address,
       geo_country,
       geo_region,
       geo_city,
       event_fingerprint,
       is_truncated,
       ingest_epoch,
       ingest_seq,
       ingest_index,
       enrich_version,
       load_id,
       context
FROM page_views
WHERE NOT is_bot AND COALESCE(site_id, '') <> 'sluice-canary';

CREATE VIEW events_clean AS
SELECT event_id,
       event_type,
       page_view_id,
       site_id,
       platform,
       tracker_name,
       tracker_version,
       received_at,
       occurred_at,
       client_created_at,
       client_sent_at,
       enriched_at,
       loaded_at,
       client_timezone,
       visitor_id,
       network_id,
       user_id,
       session_id,
       session_index,
       is_first_in_session,
       is_anonymous,
       privacy_signal,
       page_url,
       page_host,
       page_path,
       page_query,
       page_fragment,
       page_title,
       referrer_url,
       user_agent,
       browser_name,
       browser_version,
       os_name,
       os_version,
       device_class,
       is_bot,
       browser_language,
       ip_address,
       geo_country,
       geo_region,
       geo_city,
       event_fingerprint,
       is_truncated,
       ingest_epoch,
       ingest_seq,
       ingest_index,
       enrich_version,
       load_id,
       context,
       category,
       action,
       label,
       property,
       value,
       ping_min_x,
       ping_max_x,
       ping_min_y,
       ping_max_y,
       schema_vendor,
       schema_name,
       schema_version,
       data
FROM events
WHERE NOT is_bot AND COALESCE(site_id, '') <> 'sluice-canary';

-- Page views and events in the few columns that sessions are made of.
CREATE VIEW activity AS
SELECT event_id,
       event_type,
       page_view_id,
       site_id,
       received_at,
       occurred_at,
       CAST(COALESCE(visitor_id, network_id) AS VARCHAR(64)) AS visitor_key,
       user_id,
       session_id AS tracker_session_id,
       session_index,
       page_host,
       page_path,
       page_title,
       referrer_medium,
       referrer_source,
       referrer_host,
       utm_source,
       utm_medium,
       utm_campaign,
       device_class,
       browser_name,
       geo_country
FROM page_views_clean
UNION ALL
SELECT event_id,
       event_type,
       page_view_id,
       site_id,
       received_at,
       occurred_at,
       CAST(COALESCE(visitor_id, network_id) AS VARCHAR(64)),
       user_id,
       session_id,
       session_index,
       page_host,
       page_path,
       page_title,
       CAST(NULL AS VARCHAR(16)),
       CAST(NULL AS VARCHAR(64)),
       CAST(NULL AS VARCHAR(255)),
       CAST(NULL AS VARCHAR(255)),
       CAST(NULL AS VARCHAR(255)),
       CAST(NULL AS VARCHAR(255)),
       device_class,
       browser_name,
       geo_country
FROM events_clean;

-- The same with a session. The tracker's, where it gave one; else 30 minutes without anything end a browser's session. Rows of
-- nobody (anonymous, or without any cookie) have none: an address and a user agent are not taken for a person. The windows
-- run over the second kind only, which is the rare one.
CREATE VIEW session_activity AS
SELECT event_id,
       event_type,
       page_view_id,
       site_id,
       received_at,
       occurred_at,
       visitor_key,
       user_id,
       CAST(tracker_session_id AS VARCHAR(80)) AS session_id,
       CAST(CASE WHEN tracker_session_id IS NOT NULL THEN 'tracker' END AS VARCHAR(16)) AS session_source,
       session_index,
       page_host,
       page_path,
       page_title,
       referrer_medium,
       referrer_source,
       referrer_host,
       utm_source,
       utm_medium,
       utm_campaign,
       device_class,
       browser_name,
       geo_country
FROM activity
WHERE tracker_session_id IS NOT NULL OR visitor_key IS NULL
UNION ALL
SELECT event_id,
       event_type,
       page_view_id,
       site_id,
       received_at,
       occurred_at,
       visitor_key,
       user_id,
       CAST(visitor_key || '-' || TO_CHAR(
           MIN(occurred_at) OVER (PARTITION BY site_id, visitor_key, session_number), 'YYYYMMDDHH24MISS') AS VARCHAR(80)),
       CAST('inactivity' AS VARCHAR(16)),
       session_index,
       page_host,
       page_path,
       page_title,
       referrer_medium,
       referrer_source,
       referrer_host,
       utm_source,
       utm_medium,
       utm_campaign,
       device_class,
       browser_name,
       geo_country
FROM (
    SELECT event_id,
           event_type,
           page_view_id,
           site_id,
           received_at,
           occurred_at,
           visitor_key,
           user_id,
           session_index,
           page_host,
           page_path,
           page_title,
           referrer_medium,
           referrer_source,
           referrer_host,
           utm_source,
           utm_medium,
           utm_campaign,
           device_class,
           browser_name,
           geo_country,
           SUM(CASE WHEN occurred_at <= DATEADD(minute, 30, previous_at) THEN 0 ELSE 1 END) OVER (
               PARTITION BY site_id, visitor_key ORDER BY occurred_at, event_id ROWS UNBOUNDED PRECEDING) AS session_number
    FROM (
        SELECT event_id,
               event_type,
               page_view_id,
               site_id,
               received_at,
               occurred_at,
               visitor_key,
               user_id,
               session_index,
               page_host,
               page_path,
               page_title,
               referrer_medium,
               referrer_source,
               referrer_host,
               utm_source,
               utm_medium,
               utm_campaign,
               device_class,
               browser_name,
               geo_country,
               LAG(occurred_at) OVER (PARTITION BY site_id, visitor_key ORDER BY occurred_at, event_id) AS previous_at
        FROM activity
        WHERE tracker_session_id IS NULL AND visitor_key IS NOT NULL
    ) AS gaps
) AS numbered;

-- A session belongs to one site. One without a page view is none. A ping stands for 10 seconds: heartbeatDelay of the snippet.
CREATE VIEW sessions AS
SELECT site_id,
       session_id,
       CAST(MAX(session_source) AS VARCHAR(16)) AS session_source,
       CAST(MAX(visitor_key) AS VARCHAR(64)) AS visitor_key,
       CAST(MAX(user_id) AS VARCHAR(128)) AS user_id,
       MAX(session_index) AS session_index,
       MIN(occurred_at) AS started_at,
       MAX(occurred_at) AS ended_at,
       CAST(DATEDIFF(second, MIN(occurred_at), MAX(occurred_at)) AS BIGINT) AS duration_seconds,
       CAST(10 * SUM(CASE WHEN event_type = 'page_ping' THEN 1 ELSE 0 END) AS BIGINT) AS engaged_seconds,
       CAST(SUM(CASE WHEN event_type = 'page_view' THEN 1 ELSE 0 END) AS BIGINT) AS page_views,
       CAST(SUM(CASE WHEN event_type NOT IN ('page_view', 'page_ping') THEN 1 ELSE 0 END) AS BIGINT) AS events,
       SUM(CASE WHEN event_type = 'page_view' THEN 1 ELSE 0 END) = 1 AS is_bounce,
       CAST(MAX(CASE WHEN nth_view = 1 THEN page_host END) AS VARCHAR(255)) AS entry_host,
       CAST(MAX(CASE WHEN nth_view = 1 THEN page_path END) AS VARCHAR(2048)) AS entry_path,
       CAST(MAX(CASE WHEN nth_last_view = 1 THEN page_host END) AS VARCHAR(255)) AS exit_host,
       CAST(MAX(CASE WHEN nth_last_view = 1 THEN page_path END) AS VARCHAR(2048)) AS exit_path,
       CAST(MAX(CASE WHEN nth_view = 1 THEN referrer_medium END) AS VARCHAR(16)) AS referrer_medium,
       CAST(MAX(CASE WHEN nth_view = 1 THEN referrer_source END) AS VARCHAR(64)) AS referrer_source,
       CAST(MAX(CASE WHEN nth_view = 1 THEN referrer_host END) AS VARCHAR(255)) AS referrer_host,
       CAST(MAX(CASE WHEN nth_view = 1 THEN utm_source END) AS VARCHAR(255)) AS utm_source,
       CAST(MAX(CASE WHEN nth_view = 1 THEN utm_medium END) AS VARCHAR(255)) AS utm_medium,
       CAST(MAX(CASE WHEN nth_view = 1 THEN utm_campaign END) AS VARCHAR(255)) AS utm_campaign,
       CAST(MAX(CASE WHEN nth_view = 1 THEN device_class END) AS VARCHAR(24)) AS device_class,
       CAST(MAX(CASE WHEN nth_view = 1 THEN browser_name END) AS VARCHAR(64)) AS browser_name,
       CAST(MAX(CASE WHEN nth_view = 1 THEN geo_country END) AS CHAR(2)) AS geo_country
FROM (
    SELECT site_id,
           session_id,
           session_source,
           visitor_key,
           user_id,
           session_index,
           event_type,
           occurred_at,
           page_host,
           page_path,
           referrer_medium,
           referrer_source,
           referrer_host,
           utm_source,
           utm_medium,
           utm_campaign,
           device_class,
           browser_name,
           geo_country,
           CASE WHEN event_type = 'page_view' THEN ROW_NUMBER() OVER (
               PARTITION BY site_id, session_id, event_type ORDER BY occurred_at, event_id) END AS nth_view,
           CASE WHEN event_type = 'page_view' THEN ROW_NUMBER() OVER (
               PARTITION BY site_id, session_id, event_type ORDER BY occurred_at DESC, event_id DESC) END AS nth_last_view
    FROM session_activity
    WHERE session_id IS NOT NULL
) AS numbered
GROUP BY site_id, session_id
HAVING SUM(CASE WHEN event_type = 'page_view' THEN 1 ELSE 0 END) > 0;

CREATE VIEW visitors AS
SELECT site_id,
       visitor_key,
       CAST(MAX(user_id) AS VARCHAR(128)) AS user_id,
       MIN(started_at) AS first_seen_at,
       MAX(ended_at) AS last_seen_at,
       CAST(COUNT(*) AS BIGINT) AS sessions,
       CAST(SUM(page_views) AS BIGINT) AS page_views,
       CAST(SUM(engaged_seconds) AS BIGINT) AS engaged_seconds,
       CAST(MAX(CASE WHEN nth_session = 1 THEN entry_host END) AS VARCHAR(255)) AS first_entry_host,
       CAST(MAX(CASE WHEN nth_session = 1 THEN entry_path END) AS VARCHAR(2048)) AS first_entry_path,
       CAST(MAX(CASE WHEN nth_session = 1 THEN referrer_medium END) AS VARCHAR(16)) AS first_referrer_medium,
       CAST(MAX(CASE WHEN nth_session = 1 THEN referrer_source END) AS VARCHAR(64)) AS first_referrer_source,
       CAST(MAX(CASE WHEN nth_session = 1 THEN utm_source END) AS VARCHAR(255)) AS first_utm_source,
       CAST(MAX(CASE WHEN nth_session = 1 THEN utm_medium END) AS VARCHAR(255)) AS first_utm_medium,
       CAST(MAX(CASE WHEN nth_session = 1 THEN utm_campaign END) AS VARCHAR(255)) AS first_utm_campaign
FROM (
    SELECT site_id,
           visitor_key,
           user_id,
           started_at,
           ended_at,
           page_views,
           engaged_seconds,
           entry_host,
           entry_path,
           referrer_medium,
           referrer_source,
           utm_source,
           utm_medium,
           utm_campaign,
           ROW_NUMBER() OVER (PARTITION BY site_id, visitor_key ORDER BY started_at, session_id) AS nth_session
    FROM sessions
    WHERE visitor_key IS NOT NULL
) AS numbered
GROUP BY site_id, visitor_key;

-- Pings find their view by its id. Of several views with one id the first has them, as they can't be told apart. Positions are
-- added up as BIGINT: a client may send any INTEGER.
CREATE VIEW page_engagement AS
SELECT v.event_id,
       v.page_view_id,
       v.site_id,
       v.occurred_at AS viewed_at,
       v.page_host,
       v.page_path,
       v.page_title,
       v.viewport_height,
       CAST(CASE WHEN v.nth_of_id = 1 THEN COALESCE(p.pings, 0) END AS BIGINT) AS pings,
       CAST(CASE WHEN v.nth_of_id = 1 THEN 10 * COALESCE(p.pings, 0) END AS BIGINT) AS engaged_seconds,
       CAST(CASE WHEN v.nth_of_id = 1 THEN COALESCE(p.max_y, 0) END AS BIGINT) AS max_scroll_y,
       CAST(CASE WHEN v.nth_of_id = 1 THEN COALESCE(p.max_y, 0) + v.viewport_height END AS BIGINT) AS seen_height,
       CAST(CASE WHEN v.nth_of_id = 1 AND v.viewport_height > 0
           THEN CAST(COALESCE(p.max_y, 0) + v.viewport_height AS DECIMAL(18, 4)) / v.viewport_height END
           AS DECIMAL(14, 2)) AS seen_screens
FROM (
    SELECT event_id,
           page_view_id,
           site_id,
           occurred_at,
           page_host,
           page_path,
           page_title,
           viewport_height,
           CASE WHEN page_view_id IS NOT NULL THEN ROW_NUMBER() OVER (
               PARTITION BY site_id, page_view_id ORDER BY occurred_at, event_id) END AS nth_of_id
    FROM page_views_clean
) AS v
LEFT JOIN (
    SELECT COALESCE(site_id, '') AS site,
           page_view_id,
           COUNT(*) AS pings,
           CAST(GREATEST(MAX(ping_max_y), 0) AS BIGINT) AS max_y
    FROM events_clean
    WHERE event_type = 'page_ping' AND page_view_id IS NOT NULL
    GROUP BY COALESCE(site_id, ''), page_view_id
) AS p ON p.page_view_id = v.page_view_id AND p.site = COALESCE(v.site_id, '');

-- By the day on which it happened, in UTC: what a browser kept and sent later still changes a past day.
CREATE VIEW page_views_daily AS
SELECT CAST(occurred_at AS DATE) AS view_date,
       site_id,
       page_host,
       page_path,
       CAST(COUNT(*) AS BIGINT) AS page_views,
       CAST(COUNT(DISTINCT visitor_key) AS BIGINT) AS visitors,
       CAST(COUNT(DISTINCT session_id) AS BIGINT) AS sessions
FROM session_activity
WHERE event_type = 'page_view'
GROUP BY CAST(occurred_at AS DATE), site_id, page_host, page_path;

-- By received_at, the sort key: reads the newest blocks only.
CREATE VIEW page_views_realtime AS
SELECT received_at,
       CAST(DATE_TRUNC('minute', received_at) AS TIMESTAMP) AS received_minute,
       event_id,
       site_id,
       page_host,
       page_path,
       page_title,
       CAST(COALESCE(visitor_id, network_id) AS VARCHAR(64)) AS visitor_key,
       referrer_medium,
       referrer_source,
       device_class,
       geo_country
FROM page_views_clean
WHERE received_at >= DATEADD(minute, -30, GETDATE());

-- What everything means. In brackets: the twin in Snowplow's atomic.events.

COMMENT ON TABLE page_views IS 'One row is one page view.';
COMMENT ON COLUMN page_views.event_id IS 'The tracker''s id of the event, a UUID; derived from the transport id when the tracker gave none. Two different events may carry the same one. [event_id]';
COMMENT ON COLUMN page_views.event_type IS 'Always page_view. [event]';
COMMENT ON COLUMN page_views.page_view_id IS 'The tracker''s id of the page view that this belongs to. Pings and events of one view share it. [web_page.id]';
COMMENT ON COLUMN page_views.site_id IS 'Which site or application, as its tracker was told (appId). [app_id]';
COMMENT ON COLUMN page_views.platform IS 'Where the tracker runs: web, mob, srv and so on. [platform]';
COMMENT ON COLUMN page_views.tracker_name IS 'The name that the page gave its tracker. [name_tracker]';
COMMENT ON COLUMN page_views.tracker_version IS 'The tracker''s library and version. [v_tracker]';
COMMENT ON COLUMN page_views.received_at IS 'When the collector received the request. The sort key: a filter on it is what makes a query fast. [collector_tstamp]';
COMMENT ON COLUMN page_views.occurred_at IS 'When it happened: received_at minus the time that the event waited in the browser. Never later than received_at. [derived_tstamp]';
COMMENT ON COLUMN page_views.client_created_at IS 'When it happened by the client''s own clock, which may be wrong. [dvce_created_tstamp]';
COMMENT ON COLUMN page_views.client_sent_at IS 'When it was sent by the client''s own clock, which may be wrong. [dvce_sent_tstamp]';
COMMENT ON COLUMN page_views.enriched_at IS 'When the row was made. [etl_tstamp]';
COMMENT ON COLUMN page_views.loaded_at IS 'When the row was loaded. Minus received_at: how old it was then. [load_tstamp]';
COMMENT ON COLUMN page_views.client_timezone IS 'The browser''s time zone, as Europe/Vienna. [os_timezone]';
COMMENT ON COLUMN page_views.visitor_id IS 'The tracker''s id of the browser, from a cookie of the site. NULL when anonymous. [domain_userid]';
COMMENT ON COLUMN page_views.network_id IS 'The collector''s id of the browser, from its own cookie. NULL when anonymous. [network_userid]';
COMMENT ON COLUMN page_views.user_id IS 'Who is logged in, as the page said (setUserId). NULL when anonymous. [user_id]';
COMMENT ON COLUMN page_views.session_id IS 'The tracker''s id of the session. NULL when anonymous, or from a pixel. [domain_sessionid]';
COMMENT ON COLUMN page_views.session_index IS 'Which session of this browser it is, counted from 1. [domain_sessionidx]';
COMMENT ON COLUMN page_views.is_first_in_session IS 'Whether it is the first event of its session. NULL when the tracker does not say.';
COMMENT ON COLUMN page_views.is_anonymous IS 'Whether the ids and the address were left out: the tracker asked for it, or a privacy signal was honoured.';
COMMENT ON COLUMN page_views.privacy_signal IS 'What the browser asked for: none, dnt, gpc or optout.';
COMMENT ON COLUMN page_views.page_url IS 'The whole address of the page. [page_url]';
COMMENT ON COLUMN page_views.page_host IS 'The address''s host. [page_urlhost]';
COMMENT ON COLUMN page_views.page_path IS 'The address''s path. [page_urlpath]';
COMMENT ON COLUMN page_views.page_query IS 'The address''s query, without the question mark. [page_urlquery]';
COMMENT ON COLUMN page_views.page_fragment IS 'The address''s fragment, without the number sign. [page_urlfragment]';
COMMENT ON COLUMN page_views.page_title IS 'The page''s title. [page_title]';
COMMENT ON COLUMN page_views.referrer_url IS 'The whole address of the page that led here. [page_referrer]';
COMMENT ON COLUMN page_views.referrer_host IS 'The referrer''s host. [refr_urlhost]';
COMMENT ON COLUMN page_views.referrer_medium IS 'What kind of place led here: internal, search, social, email, paid, chatbot or unknown. NULL: none. [refr_medium]';
COMMENT ON COLUMN page_views.referrer_source IS 'Which one, as Google. [refr_source]';
COMMENT ON COLUMN page_views.referrer_term IS 'What was searched for, where the engine tells. [refr_term]';
COMMENT ON COLUMN page_views.utm_source IS 'The campaign''s source, from the address. [mkt_source]';
COMMENT ON COLUMN page_views.utm_medium IS 'The campaign''s medium, from the address. [mkt_medium]';
COMMENT ON COLUMN page_views.utm_campaign IS 'The campaign''s name, from the address. [mkt_campaign]';
COMMENT ON COLUMN page_views.utm_term IS 'The campaign''s term, from the address. [mkt_term]';
COMMENT ON COLUMN page_views.utm_content IS 'Which of the campaign''s links, from the address. [mkt_content]';
COMMENT ON COLUMN page_views.click_id IS 'The ad network''s id of the click, from the address. [mkt_clickid]';
COMMENT ON COLUMN page_views.click_network IS 'Which ad network''s click id it is. [mkt_network]';
COMMENT ON COLUMN page_views.user_agent IS 'The User-Agent header. [useragent]';
COMMENT ON COLUMN page_views.browser_name IS 'The browser, as Chrome. [agent_name]';
COMMENT ON COLUMN page_views.browser_version IS 'The browser''s version. [agent_version]';
COMMENT ON COLUMN page_views.os_name IS 'The operating system, as macOS. [os_name]';
COMMENT ON COLUMN page_views.os_version IS 'The operating system''s version. [os_version]';
COMMENT ON COLUMN page_views.device_class IS 'desktop, phone, tablet, mobile (phone or tablet), tv, console, watch, reader, headset, car, home or bot. NULL: unknown. [device_class]';
COMMENT ON COLUMN page_views.is_bot IS 'Whether it was a robot, by its user agent. [bot_detection]';
COMMENT ON COLUMN page_views.browser_language IS 'The browser''s language, as de-AT. [br_lang]';
COMMENT ON COLUMN page_views.viewport_width IS 'Width of the window''s inside, in pixels. [br_viewwidth]';
COMMENT ON COLUMN page_views.viewport_height IS 'Height of the window''s inside, in pixels. [br_viewheight]';
COMMENT ON COLUMN page_views.screen_width IS 'Width of the screen, in pixels. [dvce_screenwidth]';
COMMENT ON COLUMN page_views.screen_height IS 'Height of the screen, in pixels. [dvce_screenheight]';
COMMENT ON COLUMN page_views.ip_address IS 'The address, shortened or left out as the privacy settings say. [user_ipaddress]';
COMMENT ON COLUMN page_views.geo_country IS 'Country of the address, ISO 3166-1. [geo_country]';
COMMENT ON COLUMN page_views.geo_region IS 'Region of the address, the second part of ISO 3166-2. [geo_region]';
COMMENT ON COLUMN page_views.geo_city IS 'City of the address. [geo_city]';
COMMENT ON COLUMN page_views.event_fingerprint IS 'A hash of the event''s own fields. The same event_id and the same fingerprint is the same event, sent again. [event_fingerprint]';
COMMENT ON COLUMN page_views.is_truncated IS 'Whether a value was cut to its column''s bytes. Which ones: truncated and dropped in context.';
COMMENT ON COLUMN page_views.ingest_epoch IS 'One start of one collector. With ingest_seq and ingest_index the transport id, which is in the warehouse once.';
COMMENT ON COLUMN page_views.ingest_seq IS 'The number of the request within its epoch, without gaps.';
COMMENT ON COLUMN page_views.ingest_index IS 'The number of the event within its request, from 0.';
COMMENT ON COLUMN page_views.enrich_version IS 'The version of the program that made the row. [v_etl]';
COMMENT ON COLUMN page_views.load_id IS 'The load that brought the row: joins load_ledger.';
COMMENT ON COLUMN page_views.context IS 'What no column took: entities by vendor/name, fields, extensions, invalid, truncated, dropped. NULL: nothing. [contexts]';

COMMENT ON TABLE events IS 'One row is one accepted event that is no page view: a page ping, a structured or a self-describing event.';
COMMENT ON COLUMN events.event_id IS 'The tracker''s id of the event, a UUID; derived from the transport id when the tracker gave none. Two different events may carry the same one. [event_id]';
COMMENT ON COLUMN events.event_type IS 'page_ping, struct (structured) or unstruct (self-describing). [event]';
COMMENT ON COLUMN events.page_view_id IS 'The tracker''s id of the page view that this belongs to. Pings and events of one view share it. [web_page.id]';
COMMENT ON COLUMN events.site_id IS 'Which site or application, as its tracker was told (appId). [app_id]';
COMMENT ON COLUMN events.platform IS 'Where the tracker runs: web, mob, srv and so on. [platform]';
COMMENT ON COLUMN events.tracker_name IS 'The name that the page gave its tracker. [name_tracker]';
COMMENT ON COLUMN events.tracker_version IS 'The tracker''s library and version. [v_tracker]';
COMMENT ON COLUMN events.received_at IS 'When the collector received the request. The sort key: a filter on it is what makes a query fast. [collector_tstamp]';
COMMENT ON COLUMN events.occurred_at IS 'When it happened: received_at minus the time that the event waited in the browser. Never later than received_at. [derived_tstamp]';
COMMENT ON COLUMN events.client_created_at IS 'When it happened by the client''s own clock, which may be wrong. [dvce_created_tstamp]';
COMMENT ON COLUMN events.client_sent_at IS 'When it was sent by the client''s own clock, which may be wrong. [dvce_sent_tstamp]';
COMMENT ON COLUMN events.enriched_at IS 'When the row was made. [etl_tstamp]';
COMMENT ON COLUMN events.loaded_at IS 'When the row was loaded. Minus received_at: how old it was then. [load_tstamp]';
COMMENT ON COLUMN events.client_timezone IS 'The browser''s time zone, as Europe/Vienna. [os_timezone]';
COMMENT ON COLUMN events.visitor_id IS 'The tracker''s id of the browser, from a cookie of the site. NULL when anonymous. [domain_userid]';
COMMENT ON COLUMN events.network_id IS 'The collector''s id of the browser, from its own cookie. NULL when anonymous. [network_userid]';
COMMENT ON COLUMN events.user_id IS 'Who is logged in, as the page said (setUserId). NULL when anonymous. [user_id]';
COMMENT ON COLUMN events.session_id IS 'The tracker''s id of the session. NULL when anonymous, or from a pixel. [domain_sessionid]';
COMMENT ON COLUMN events.session_index IS 'Which session of this browser it is, counted from 1. [domain_sessionidx]';
COMMENT ON COLUMN events.is_first_in_session IS 'Whether it is the first event of its session. NULL when the tracker does not say.';
COMMENT ON COLUMN events.is_anonymous IS 'Whether the ids and the address were left out: the tracker asked for it, or a privacy signal was honoured.';
COMMENT ON COLUMN events.privacy_signal IS 'What the browser asked for: none, dnt, gpc or optout.';
COMMENT ON COLUMN events.page_url IS 'The whole address of the page. [page_url]';
COMMENT ON COLUMN events.page_host IS 'The address''s host. [page_urlhost]';
COMMENT ON COLUMN events.page_path IS 'The address''s path. [page_urlpath]';
COMMENT ON COLUMN events.page_query IS 'The address''s query, without the question mark. [page_urlquery]';
COMMENT ON COLUMN events.page_fragment IS 'The address''s fragment, without the number sign. [page_urlfragment]';
COMMENT ON COLUMN events.page_title IS 'The page''s title. [page_title]';
COMMENT ON COLUMN events.referrer_url IS 'The whole address of the page that led here. [page_referrer]';
COMMENT ON COLUMN events.user_agent IS 'The User-Agent header. [useragent]';
COMMENT ON COLUMN events.browser_name IS 'The browser, as Chrome. [agent_name]';
COMMENT ON COLUMN events.browser_version IS 'The browser''s version. [agent_version]';
COMMENT ON COLUMN events.os_name IS 'The operating system, as macOS. [os_name]';
COMMENT ON COLUMN events.os_version IS 'The operating system''s version. [os_version]';
COMMENT ON COLUMN events.device_class IS 'desktop, phone, tablet, mobile (phone or tablet), tv, console, watch, reader, headset, car, home or bot. NULL: unknown. [device_class]';
COMMENT ON COLUMN events.is_bot IS 'Whether it was a robot, by its user agent. [bot_detection]';
COMMENT ON COLUMN events.browser_language IS 'The browser''s language, as de-AT. [br_lang]';
COMMENT ON COLUMN events.ip_address IS 'The address, shortened or left out as the privacy settings say. [user_ipaddress]';
COMMENT ON COLUMN events.geo_country IS 'Country of the address, ISO 3166-1. [geo_country]';
COMMENT ON COLUMN events.geo_region IS 'Region of the address, the second part of ISO 3166-2. [geo_region]';
COMMENT ON COLUMN events.geo_city IS 'City of the address. [geo_city]';
COMMENT ON COLUMN events.event_fingerprint IS 'A hash of the event''s own fields. The same event_id and the same fingerprint is the same event, sent again. [event_fingerprint]';
COMMENT ON COLUMN events.is_truncated IS 'Whether a value was cut to its column''s bytes. Which ones: truncated and dropped in context.';
COMMENT ON COLUMN events.ingest_epoch IS 'One start of one collector. With ingest_seq and ingest_index the transport id, which is in the warehouse once.';
COMMENT ON COLUMN events.ingest_seq IS 'The number of the request within its epoch, without gaps.';
COMMENT ON COLUMN events.ingest_index IS 'The number of the event within its request, from 0.';
COMMENT ON COLUMN events.enrich_version IS 'The version of the program that made the row. [v_etl]';
COMMENT ON COLUMN events.load_id IS 'The load that brought the row: joins load_ledger.';
COMMENT ON COLUMN events.context IS 'What no column took: entities by vendor/name, fields, extensions, invalid, truncated, dropped. NULL: nothing. [contexts]';
COMMENT ON COLUMN events.category IS 'Structured event: its category. [se_category]';
COMMENT ON COLUMN events.action IS 'Structured event: its action. [se_action]';
COMMENT ON COLUMN events.label IS 'Structured event: its label. [se_label]';
COMMENT ON COLUMN events.property IS 'Structured event: its property. [se_property]';
COMMENT ON COLUMN events.value IS 'Structured event: its value. [se_value]';
COMMENT ON COLUMN events.ping_min_x IS 'Page ping: the leftmost position since the last one, in pixels. [pp_xoffset_min]';
COMMENT ON COLUMN events.ping_max_x IS 'Page ping: the rightmost position since the last one, in pixels. [pp_xoffset_max]';
COMMENT ON COLUMN events.ping_min_y IS 'Page ping: the topmost position since the last one, in pixels. [pp_yoffset_min]';
COMMENT ON COLUMN events.ping_max_y IS 'Page ping: the lowest position of the window''s upper edge since the last one, in pixels. [pp_yoffset_max]';
COMMENT ON COLUMN events.schema_vendor IS 'Self-describing event: who defined its schema. [event_vendor]';
COMMENT ON COLUMN events.schema_name IS 'Self-describing event: its schema''s name. [event_name]';
COMMENT ON COLUMN events.schema_version IS 'Self-describing event: its schema''s version. [event_version]';
COMMENT ON COLUMN events.data IS 'Self-describing event: what it says. [unstruct_event]';

COMMENT ON TABLE bad_events IS 'One row is one event, or one whole request, that was accepted but could not be made a row.';
COMMENT ON COLUMN bad_events.received_at IS 'When the collector received the request. The sort key: a filter on it is what makes a query fast. [collector_tstamp]';
COMMENT ON COLUMN bad_events.ingest_epoch IS 'One start of one collector. With ingest_seq and ingest_index the transport id, which is in the warehouse once.';
COMMENT ON COLUMN bad_events.ingest_seq IS 'The number of the request within its epoch, without gaps.';
COMMENT ON COLUMN bad_events.ingest_index IS 'The number of the event within its request, from 0. NULL: the request as a whole.';
COMMENT ON COLUMN bad_events.stage IS 'How far it came: parse, validate, enrich or load.';
COMMENT ON COLUMN bad_events.reason IS 'Why it is no row, from a closed list.';
COMMENT ON COLUMN bad_events.detail IS 'What was wrong, in words.';
COMMENT ON COLUMN bad_events.site_id IS 'Which site or application, as its tracker was told (appId). [app_id]';
COMMENT ON COLUMN bad_events."raw" IS 'What was received, cut where it is too long.';
COMMENT ON COLUMN bad_events.loaded_at IS 'When the row was loaded. Minus received_at: how old it was then.';
COMMENT ON COLUMN bad_events.load_id IS 'The load that brought the row: joins load_ledger.';

COMMENT ON TABLE load_ledger IS 'One row is one batch that was loaded.';
COMMENT ON COLUMN load_ledger.batch_id IS 'The batch: its shard and its first and last sequence number.';
COMMENT ON COLUMN load_ledger.load_id IS 'The load that took it, maybe with others.';
COMMENT ON COLUMN load_ledger.shard IS 'The shard of the stream that its rows came from.';
COMMENT ON COLUMN load_ledger.first_sequence IS 'Sequence number of its first record in the shard.';
COMMENT ON COLUMN load_ledger.last_sequence IS 'Sequence number of its last record in the shard.';
COMMENT ON COLUMN load_ledger.page_views IS 'Staged rows for page_views.';
COMMENT ON COLUMN load_ledger.events IS 'Staged rows for events.';
COMMENT ON COLUMN load_ledger.bad_events IS 'Staged rows for bad_events.';
COMMENT ON COLUMN load_ledger.pipeline_duplicates IS 'Rows left out since their transport id was there before. On the first batch of a load, for all of its batches.';
COMMENT ON COLUMN load_ledger.browser_duplicates IS 'Rows left out since a browser had sent the same event before. On the first batch of a load, for all of its batches.';
COMMENT ON COLUMN load_ledger.quarantined IS 'Rows that the warehouse refused and bad_events took. On the first batch of a load, for all of its batches.';
COMMENT ON COLUMN load_ledger.min_received_at IS 'received_at of its oldest row.';
COMMENT ON COLUMN load_ledger.max_received_at IS 'received_at of its newest row.';
COMMENT ON COLUMN load_ledger.enrich_version IS 'The version of the program that made its rows.';
COMMENT ON COLUMN load_ledger.loaded_at IS 'When it was loaded.';
COMMENT ON COLUMN load_ledger.data_versions IS 'Which data files (places, robots, referrers) its rows were made with.';

COMMENT ON TABLE audit_buckets IS 'What one load brought for one ingest epoch and one minute of received_at. Add up over load_id.';
COMMENT ON COLUMN audit_buckets.stage IS 'Who counted: loaded (page views and events) or bad (bad events).';
COMMENT ON COLUMN audit_buckets.ingest_epoch IS 'The rows'' ingest epoch.';
COMMENT ON COLUMN audit_buckets.bucket IS 'The minute of received_at.';
COMMENT ON COLUMN audit_buckets.n IS 'How many rows.';
COMMENT ON COLUMN audit_buckets.load_id IS 'The load that brought them.';

COMMENT ON TABLE schema_version IS 'One row is one script that was applied to this warehouse.';
COMMENT ON COLUMN schema_version.version IS 'The script''s number.';
COMMENT ON COLUMN schema_version.description IS 'What it is called.';
COMMENT ON COLUMN schema_version.checksum IS 'SHA-256 of its text.';
COMMENT ON COLUMN schema_version.applied_at IS 'When it was applied.';

COMMENT ON VIEW load_progress IS 'How far each shard was loaded. Not a watermark: an event can reach the stream later than its neighbours.';
COMMENT ON COLUMN load_progress.shard IS 'The shard.';
COMMENT ON COLUMN load_progress.batches IS 'How many batches of it were loaded.';
COMMENT ON COLUMN load_progress.staged_rows IS 'How many rows they had.';
COMMENT ON COLUMN load_progress.newest_received_at IS 'The newest received_at among them.';
COMMENT ON COLUMN load_progress.last_loaded_at IS 'When the last of them was loaded.';

COMMENT ON VIEW page_views_clean IS 'page_views without robots and canaries.';
COMMENT ON COLUMN page_views_clean.event_id IS 'The tracker''s id of the event, a UUID; derived from the transport id when the tracker gave none. Two different events may carry the same one. [event_id]';
COMMENT ON COLUMN page_views_clean.event_type IS 'Always page_view. [event]';
COMMENT ON COLUMN page_views_clean.page_view_id IS 'The tracker''s id of the page view that this belongs to. Pings and events of one view share it. [web_page.id]';
COMMENT ON COLUMN page_views_clean.site_id IS 'Which site or application, as its tracker was told (appId). [app_id]';
COMMENT ON COLUMN page_views_clean.platform IS 'Where the tracker runs: web, mob, srv and so on. [platform]';
COMMENT ON COLUMN page_views_clean.tracker_name IS 'The name that the page gave its tracker. [name_tracker]';
COMMENT ON COLUMN page_views_clean.tracker_version IS 'The tracker''s library and version. [v_tracker]';
COMMENT ON COLUMN page_views_clean.received_at IS 'When the collector received the request. The sort key: a filter on it is what makes a query fast. [collector_tstamp]';
COMMENT ON COLUMN page_views_clean.occurred_at IS 'When it happened: received_at minus the time that the event waited in the browser. Never later than received_at. [derived_tstamp]';
COMMENT ON COLUMN page_views_clean.client_created_at IS 'When it happened by the client''s own clock, which may be wrong. [dvce_created_tstamp]';
COMMENT ON COLUMN page_views_clean.client_sent_at IS 'When it was sent by the client''s own clock, which may be wrong. [dvce_sent_tstamp]';
COMMENT ON COLUMN page_views_clean.enriched_at IS 'When the row was made. [etl_tstamp]';
COMMENT ON COLUMN page_views_clean.loaded_at IS 'When the row was loaded. Minus received_at: how old it was then. [load_tstamp]';
COMMENT ON COLUMN page_views_clean.client_timezone IS 'The browser''s time zone, as Europe/Vienna. [os_timezone]';
COMMENT ON COLUMN page_views_clean.visitor_id IS 'The tracker''s id of the browser, from a cookie of the site. NULL when anonymous. [domain_userid]';
COMMENT ON COLUMN page_views_clean.network_id IS 'The collector''s id of the browser, from its own cookie. NULL when anonymous. [network_userid]';
COMMENT ON COLUMN page_views_clean.user_id IS 'Who is logged in, as the page said (setUserId). NULL when anonymous. [user_id]';
COMMENT ON COLUMN page_views_clean.session_id IS 'The tracker''s id of the session. NULL when anonymous, or from a pixel. [domain_sessionid]';
COMMENT ON COLUMN page_views_clean.session_index IS 'Which session of this browser it is, counted from 1. [domain_sessionidx]';
COMMENT ON COLUMN page_views_clean.is_first_in_session IS 'Whether it is the first event of its session. NULL when the tracker does not say.';
COMMENT ON COLUMN page_views_clean.is_anonymous IS 'Whether the ids and the address were left out: the tracker asked for it, or a privacy signal was honoured.';
COMMENT ON COLUMN page_views_clean.privacy_signal IS 'What the browser asked for: none, dnt, gpc or optout.';
COMMENT ON COLUMN page_views_clean.page_url IS 'The whole address of the page. [page_url]';
COMMENT ON COLUMN page_views_clean.page_host IS 'The address''s host. [page_urlhost]';
COMMENT ON COLUMN page_views_clean.page_path IS 'The address''s path. [page_urlpath]';
COMMENT ON COLUMN page_views_clean.page_query IS 'The address''s query, without the question mark. [page_urlquery]';
COMMENT ON COLUMN page_views_clean.page_fragment IS 'The address''s fragment, without the number sign. [page_urlfragment]';
COMMENT ON COLUMN page_views_clean.page_title IS 'The page''s title. [page_title]';
COMMENT ON COLUMN page_views_clean.referrer_url IS 'The whole address of the page that led here. [page_referrer]';
COMMENT ON COLUMN page_views_clean.referrer_host IS 'The referrer''s host. [refr_urlhost]';
COMMENT ON COLUMN page_views_clean.referrer_medium IS 'What kind of place led here: internal, search, social, email, paid, chatbot or unknown. NULL: none. [refr_medium]';
COMMENT ON COLUMN page_views_clean.referrer_source IS 'Which one, as Google. [refr_source]';
COMMENT ON COLUMN page_views_clean.referrer_term IS 'What was searched for, where the engine tells. [refr_term]';
COMMENT ON COLUMN page_views_clean.utm_source IS 'The campaign''s source, from the address. [mkt_source]';
COMMENT ON COLUMN page_views_clean.utm_medium IS 'The campaign''s medium, from the address. [mkt_medium]';
COMMENT ON COLUMN page_views_clean.utm_campaign IS 'The campaign''s name, from the address. [mkt_campaign]';
COMMENT ON COLUMN page_views_clean.utm_term IS 'The campaign''s term, from the address. [mkt_term]';
COMMENT ON COLUMN page_views_clean.utm_content IS 'Which of the campaign''s links, from the address. [mkt_content]';
COMMENT ON COLUMN page_views_clean.click_id IS 'The ad network''s id of the click, from the address. [mkt_clickid]';
COMMENT ON COLUMN page_views_clean.click_network IS 'Which ad network''s click id it is. [mkt_network]';
COMMENT ON COLUMN page_views_clean.user_agent IS 'The User-Agent header. [useragent]';
COMMENT ON COLUMN page_views_clean.browser_name IS 'The browser, as Chrome. [agent_name]';
COMMENT ON COLUMN page_views_clean.browser_version IS 'The browser''s version. [agent_version]';
COMMENT ON COLUMN page_views_clean.os_name IS 'The operating system, as macOS. [os_name]';
COMMENT ON COLUMN page_views_clean.os_version IS 'The operating system''s version. [os_version]';
COMMENT ON COLUMN page_views_clean.device_class IS 'desktop, phone, tablet, mobile (phone or tablet), tv, console, watch, reader, headset, car, home or bot. NULL: unknown. [device_class]';
COMMENT ON COLUMN page_views_clean.is_bot IS 'Always false. [bot_detection]';
COMMENT ON COLUMN page_views_clean.browser_language IS 'The browser''s language, as de-AT. [br_lang]';
COMMENT ON COLUMN page_views_clean.viewport_width IS 'Width of the window''s inside, in pixels. [br_viewwidth]';
COMMENT ON COLUMN page_views_clean.viewport_height IS 'Height of the window''s inside, in pixels. [br_viewheight]';
COMMENT ON COLUMN page_views_clean.screen_width IS 'Width of the screen, in pixels. [dvce_screenwidth]';
COMMENT ON COLUMN page_views_clean.screen_height IS 'Height of the screen, in pixels. [dvce_screenheight]';
COMMENT ON COLUMN page_views_clean.ip_address IS 'The address, shortened or left out as the privacy settings say. [user_ipaddress]';
COMMENT ON COLUMN page_views_clean.geo_country IS 'Country of the address, ISO 3166-1. [geo_country]';
COMMENT ON COLUMN page_views_clean.geo_region IS 'Region of the address, the second part of ISO 3166-2. [geo_region]';
COMMENT ON COLUMN page_views_clean.geo_city IS 'City of the address. [geo_city]';
COMMENT ON COLUMN page_views_clean.event_fingerprint IS 'A hash of the event''s own fields. The same event_id and the same fingerprint is the same event, sent again. [event_fingerprint]';
COMMENT ON COLUMN page_views_clean.is_truncated IS 'Whether a value was cut to its column''s bytes. Which ones: truncated and dropped in context.';
COMMENT ON COLUMN page_views_clean.ingest_epoch IS 'One start of one collector. With ingest_seq and ingest_index the transport id, which is in the warehouse once.';
COMMENT ON COLUMN page_views_clean.ingest_seq IS 'The number of the request within its epoch, without gaps.';
COMMENT ON COLUMN page_views_clean.ingest_index IS 'The number of the event within its request, from 0.';
COMMENT ON COLUMN page_views_clean.enrich_version IS 'The version of the program that made the row. [v_etl]';
COMMENT ON COLUMN page_views_clean.load_id IS 'The load that brought the row: joins load_ledger.';
COMMENT ON COLUMN page_views_clean.context IS 'What no column took: entities by vendor/name, fields, extensions, invalid, truncated, dropped. NULL: nothing. [contexts]';

COMMENT ON VIEW events_clean IS 'events without robots and canaries.';
COMMENT ON COLUMN events_clean.event_id IS 'The tracker''s id of the event, a UUID; derived from the transport id when the tracker gave none. Two different events may carry the same one. [event_id]';
COMMENT ON COLUMN events_clean.event_type IS 'page_ping, struct (structured) or unstruct (self-describing). [event]';
COMMENT ON COLUMN events_clean.page_view_id IS 'The tracker''s id of the page view that this belongs to. Pings and events of one view share it. [web_page.id]';
COMMENT ON COLUMN events_clean.site_id IS 'Which site or application, as its tracker was told (appId). [app_id]';
COMMENT ON COLUMN events_clean.platform IS 'Where the tracker runs: web, mob, srv and so on. [platform]';
COMMENT ON COLUMN events_clean.tracker_name IS 'The name that the page gave its tracker. [name_tracker]';
COMMENT ON COLUMN events_clean.tracker_version IS 'The tracker''s library and version. [v_tracker]';
COMMENT ON COLUMN events_clean.received_at IS 'When the collector received the request. The sort key: a filter on it is what makes a query fast. [collector_tstamp]';
COMMENT ON COLUMN events_clean.occurred_at IS 'When it happened: received_at minus the time that the event waited in the browser. Never later than received_at. [derived_tstamp]';
COMMENT ON COLUMN events_clean.client_created_at IS 'When it happened by the client''s own clock, which may be wrong. [dvce_created_tstamp]';
COMMENT ON COLUMN events_clean.client_sent_at IS 'When it was sent by the client''s own clock, which may be wrong. [dvce_sent_tstamp]';
COMMENT ON COLUMN events_clean.enriched_at IS 'When the row was made. [etl_tstamp]';
COMMENT ON COLUMN events_clean.loaded_at IS 'When the row was loaded. Minus received_at: how old it was then. [load_tstamp]';
COMMENT ON COLUMN events_clean.client_timezone IS 'The browser''s time zone, as Europe/Vienna. [os_timezone]';
COMMENT ON COLUMN events_clean.visitor_id IS 'The tracker''s id of the browser, from a cookie of the site. NULL when anonymous. [domain_userid]';
COMMENT ON COLUMN events_clean.network_id IS 'The collector''s id of the browser, from its own cookie. NULL when anonymous. [network_userid]';
COMMENT ON COLUMN events_clean.user_id IS 'Who is logged in, as the page said (setUserId). NULL when anonymous. [user_id]';
COMMENT ON COLUMN events_clean.session_id IS 'The tracker''s id of the session. NULL when anonymous, or from a pixel. [domain_sessionid]';
COMMENT ON COLUMN events_clean.session_index IS 'Which session of this browser it is, counted from 1. [domain_sessionidx]';
COMMENT ON COLUMN events_clean.is_first_in_session IS 'Whether it is the first event of its session. NULL when the tracker does not say.';
COMMENT ON COLUMN events_clean.is_anonymous IS 'Whether the ids and the address were left out: the tracker asked for it, or a privacy signal was honoured.';
COMMENT ON COLUMN events_clean.privacy_signal IS 'What the browser asked for: none, dnt, gpc or optout.';
COMMENT ON COLUMN events_clean.page_url IS 'The whole address of the page. [page_url]';
COMMENT ON COLUMN events_clean.page_host IS 'The address''s host. [page_urlhost]';
COMMENT ON COLUMN events_clean.page_path IS 'The address''s path. [page_urlpath]';
COMMENT ON COLUMN events_clean.page_query IS 'The address''s query, without the question mark. [page_urlquery]';
COMMENT ON COLUMN events_clean.page_fragment IS 'The address''s fragment, without the number sign. [page_urlfragment]';
COMMENT ON COLUMN events_clean.page_title IS 'The page''s title. [page_title]';
COMMENT ON COLUMN events_clean.referrer_url IS 'The whole address of the page that led here. [page_referrer]';
COMMENT ON COLUMN events_clean.user_agent IS 'The User-Agent header. [useragent]';
COMMENT ON COLUMN events_clean.browser_name IS 'The browser, as Chrome. [agent_name]';
COMMENT ON COLUMN events_clean.browser_version IS 'The browser''s version. [agent_version]';
COMMENT ON COLUMN events_clean.os_name IS 'The operating system, as macOS. [os_name]';
COMMENT ON COLUMN events_clean.os_version IS 'The operating system''s version. [os_version]';
COMMENT ON COLUMN events_clean.device_class IS 'desktop, phone, tablet, mobile (phone or tablet), tv, console, watch, reader, headset, car, home or bot. NULL: unknown. [device_class]';
COMMENT ON COLUMN events_clean.is_bot IS 'Always false. [bot_detection]';
COMMENT ON COLUMN events_clean.browser_language IS 'The browser''s language, as de-AT. [br_lang]';
COMMENT ON COLUMN events_clean.ip_address IS 'The address, shortened or left out as the privacy settings say. [user_ipaddress]';
COMMENT ON COLUMN events_clean.geo_country IS 'Country of the address, ISO 3166-1. [geo_country]';
COMMENT ON COLUMN events_clean.geo_region IS 'Region of the address, the second part of ISO 3166-2. [geo_region]';
COMMENT ON COLUMN events_clean.geo_city IS 'City of the address. [geo_city]';
COMMENT ON COLUMN events_clean.event_fingerprint IS 'A hash of the event''s own fields. The same event_id and the same fingerprint is the same event, sent again. [event_fingerprint]';
COMMENT ON COLUMN events_clean.is_truncated IS 'Whether a value was cut to its column''s bytes. Which ones: truncated and dropped in context.';
COMMENT ON COLUMN events_clean.ingest_epoch IS 'One start of one collector. With ingest_seq and ingest_index the transport id, which is in the warehouse once.';
COMMENT ON COLUMN events_clean.ingest_seq IS 'The number of the request within its epoch, without gaps.';
COMMENT ON COLUMN events_clean.ingest_index IS 'The number of the event within its request, from 0.';
COMMENT ON COLUMN events_clean.enrich_version IS 'The version of the program that made the row. [v_etl]';
COMMENT ON COLUMN events_clean.load_id IS 'The load that brought the row: joins load_ledger.';
COMMENT ON COLUMN events_clean.context IS 'What no column took: entities by vendor/name, fields, extensions, invalid, truncated, dropped. NULL: nothing. [contexts]';
COMMENT ON COLUMN events_clean.category IS 'Structured event: its category. [se_category]';
COMMENT ON COLUMN events_clean.action IS 'Structured event: its action. [se_action]';
COMMENT ON COLUMN events_clean.label IS 'Structured event: its label. [se_label]';
COMMENT ON COLUMN events_clean.property IS 'Structured event: its property. [se_property]';
COMMENT ON COLUMN events_clean.value IS 'Structured event: its value. [se_value]';
COMMENT ON COLUMN events_clean.ping_min_x IS 'Page ping: the leftmost position since the last one, in pixels. [pp_xoffset_min]';
COMMENT ON COLUMN events_clean.ping_max_x IS 'Page ping: the rightmost position since the last one, in pixels. [pp_xoffset_max]';
COMMENT ON COLUMN events_clean.ping_min_y IS 'Page ping: the topmost position since the last one, in pixels. [pp_yoffset_min]';
COMMENT ON COLUMN events_clean.ping_max_y IS 'Page ping: the lowest position of the window''s upper edge since the last one, in pixels. [pp_yoffset_max]';
COMMENT ON COLUMN events_clean.schema_vendor IS 'Self-describing event: who defined its schema. [event_vendor]';
COMMENT ON COLUMN events_clean.schema_name IS 'Self-describing event: its schema''s name. [event_name]';
COMMENT ON COLUMN events_clean.schema_version IS 'Self-describing event: its schema''s version. [event_version]';
COMMENT ON COLUMN events_clean.data IS 'Self-describing event: what it says. [unstruct_event]';

COMMENT ON VIEW activity IS 'Page views and events, without robots and canaries, in the columns that sessions are made of.';
COMMENT ON COLUMN activity.event_id IS 'The tracker''s id of the event, a UUID; derived from the transport id when the tracker gave none. Two different events may carry the same one.';
COMMENT ON COLUMN activity.event_type IS 'page_view, page_ping, struct (structured) or unstruct (self-describing).';
COMMENT ON COLUMN activity.page_view_id IS 'The tracker''s id of the page view that this belongs to. Pings and events of one view share it.';
COMMENT ON COLUMN activity.site_id IS 'Which site or application, as its tracker was told (appId).';
COMMENT ON COLUMN activity.received_at IS 'When the collector received the request. The sort key: a filter on it is what makes a query fast.';
COMMENT ON COLUMN activity.occurred_at IS 'When it happened: received_at minus the time that the event waited in the browser. Never later than received_at.';
COMMENT ON COLUMN activity.visitor_key IS 'The browser: visitor_id, else network_id. NULL when anonymous, or without any cookie.';
COMMENT ON COLUMN activity.user_id IS 'Who is logged in, as the page said (setUserId). NULL when anonymous.';
COMMENT ON COLUMN activity.tracker_session_id IS 'The tracker''s session_id.';
COMMENT ON COLUMN activity.session_index IS 'Which session of this browser it is, counted from 1.';
COMMENT ON COLUMN activity.page_host IS 'The address''s host.';
COMMENT ON COLUMN activity.page_path IS 'The address''s path.';
COMMENT ON COLUMN activity.page_title IS 'The page''s title.';
COMMENT ON COLUMN activity.referrer_medium IS 'What kind of place led here: internal, search, social, email, paid, chatbot or unknown. NULL: none.';
COMMENT ON COLUMN activity.referrer_source IS 'Which one, as Google. NULL for events.';
COMMENT ON COLUMN activity.referrer_host IS 'The referrer''s host. NULL for events.';
COMMENT ON COLUMN activity.utm_source IS 'The campaign''s source, from the address. NULL for events.';
COMMENT ON COLUMN activity.utm_medium IS 'The campaign''s medium, from the address. NULL for events.';
COMMENT ON COLUMN activity.utm_campaign IS 'The campaign''s name, from the address. NULL for events.';
COMMENT ON COLUMN activity.device_class IS 'desktop, phone, tablet, mobile (phone or tablet), tv, console, watch, reader, headset, car, home or bot. NULL: unknown.';
COMMENT ON COLUMN activity.browser_name IS 'The browser, as Chrome.';
COMMENT ON COLUMN activity.geo_country IS 'Country of the address, ISO 3166-1.';

COMMENT ON VIEW session_activity IS 'activity with the session that each row belongs to.';
COMMENT ON COLUMN session_activity.event_id IS 'The tracker''s id of the event, a UUID; derived from the transport id when the tracker gave none. Two different events may carry the same one.';
COMMENT ON COLUMN session_activity.event_type IS 'page_view, page_ping, struct (structured) or unstruct (self-describing).';
COMMENT ON COLUMN session_activity.page_view_id IS 'The tracker''s id of the page view that this belongs to. Pings and events of one view share it.';
COMMENT ON COLUMN session_activity.site_id IS 'Which site or application, as its tracker was told (appId).';
COMMENT ON COLUMN session_activity.received_at IS 'When the collector received the request. The sort key: a filter on it is what makes a query fast.';
COMMENT ON COLUMN session_activity.occurred_at IS 'When it happened: received_at minus the time that the event waited in the browser. Never later than received_at.';
COMMENT ON COLUMN session_activity.visitor_key IS 'The browser: visitor_id, else network_id. NULL when anonymous, or without any cookie.';
COMMENT ON COLUMN session_activity.user_id IS 'Who is logged in, as the page said (setUserId). NULL when anonymous.';
COMMENT ON COLUMN session_activity.session_id IS 'The tracker''s session, else the browser''s key with the session''s start. NULL: belongs to none.';
COMMENT ON COLUMN session_activity.session_source IS 'tracker, or inactivity: made of what a browser did without 30 minutes of nothing in between.';
COMMENT ON COLUMN session_activity.session_index IS 'Which session of this browser it is, counted from 1.';
COMMENT ON COLUMN session_activity.page_host IS 'The address''s host.';
COMMENT ON COLUMN session_activity.page_path IS 'The address''s path.';
COMMENT ON COLUMN session_activity.page_title IS 'The page''s title.';
COMMENT ON COLUMN session_activity.referrer_medium IS 'What kind of place led here: internal, search, social, email, paid, chatbot or unknown. NULL: none.';
COMMENT ON COLUMN session_activity.referrer_source IS 'Which one, as Google. NULL for events.';
COMMENT ON COLUMN session_activity.referrer_host IS 'The referrer''s host. NULL for events.';
COMMENT ON COLUMN session_activity.utm_source IS 'The campaign''s source, from the address. NULL for events.';
COMMENT ON COLUMN session_activity.utm_medium IS 'The campaign''s medium, from the address. NULL for events.';
COMMENT ON COLUMN session_activity.utm_campaign IS 'The campaign''s name, from the address. NULL for events.';
COMMENT ON COLUMN session_activity.device_class IS 'desktop, phone, tablet, mobile (phone or tablet), tv, console, watch, reader, headset, car, home or bot. NULL: unknown.';
COMMENT ON COLUMN session_activity.browser_name IS 'The browser, as Chrome.';
COMMENT ON COLUMN session_activity.geo_country IS 'Country of the address, ISO 3166-1.';

COMMENT ON VIEW sessions IS 'One row is one session on one site, with one page view at least. Robots, canaries and rows of nobody are not in it.';
COMMENT ON COLUMN sessions.site_id IS 'The site. A browser that goes from one site to another has a session on each.';
COMMENT ON COLUMN sessions.session_id IS 'The tracker''s session, else the browser''s key with the session''s start. With site_id the row''s key.';
COMMENT ON COLUMN sessions.session_source IS 'tracker, or inactivity: made of what a browser did without 30 minutes of nothing in between.';
COMMENT ON COLUMN sessions.visitor_key IS 'The browser: visitor_id, else network_id.';
COMMENT ON COLUMN sessions.user_id IS 'Who was logged in.';
COMMENT ON COLUMN sessions.session_index IS 'Which session of this browser it is, counted from 1 by the tracker.';
COMMENT ON COLUMN sessions.started_at IS 'When the first thing in it happened.';
COMMENT ON COLUMN sessions.ended_at IS 'When the last thing in it happened, pings too.';
COMMENT ON COLUMN sessions.duration_seconds IS 'From the first to the last. 0 for one page view without pings.';
COMMENT ON COLUMN sessions.engaged_seconds IS '10 for every page ping.';
COMMENT ON COLUMN sessions.page_views IS 'Page views.';
COMMENT ON COLUMN sessions.events IS 'Structured and self-describing events.';
COMMENT ON COLUMN sessions.is_bounce IS 'Whether it has exactly one page view.';
COMMENT ON COLUMN sessions.entry_host IS 'Host of its first page view.';
COMMENT ON COLUMN sessions.entry_path IS 'Path of its first page view.';
COMMENT ON COLUMN sessions.exit_host IS 'Host of its last page view.';
COMMENT ON COLUMN sessions.exit_path IS 'Path of its last page view.';
COMMENT ON COLUMN sessions.referrer_medium IS 'What kind of place led to its first page view. NULL: none.';
COMMENT ON COLUMN sessions.referrer_source IS 'Which one.';
COMMENT ON COLUMN sessions.referrer_host IS 'The host of it.';
COMMENT ON COLUMN sessions.utm_source IS 'Campaign of its first page view: source.';
COMMENT ON COLUMN sessions.utm_medium IS 'Campaign of its first page view: medium.';
COMMENT ON COLUMN sessions.utm_campaign IS 'Campaign of its first page view: name.';
COMMENT ON COLUMN sessions.device_class IS 'Device of its first page view.';
COMMENT ON COLUMN sessions.browser_name IS 'Browser of its first page view.';
COMMENT ON COLUMN sessions.geo_country IS 'Country of its first page view.';

COMMENT ON VIEW visitors IS 'One row is one browser on one site, of all the sessions that are still in the warehouse.';
COMMENT ON COLUMN visitors.site_id IS 'The site.';
COMMENT ON COLUMN visitors.visitor_key IS 'The browser: visitor_id, else network_id. With site_id the row''s key.';
COMMENT ON COLUMN visitors.user_id IS 'Who was logged in. One of them, if several were.';
COMMENT ON COLUMN visitors.first_seen_at IS 'When its first session started.';
COMMENT ON COLUMN visitors.last_seen_at IS 'When its last session ended.';
COMMENT ON COLUMN visitors.sessions IS 'How many sessions.';
COMMENT ON COLUMN visitors.page_views IS 'How many page views.';
COMMENT ON COLUMN visitors.engaged_seconds IS '10 for every page ping.';
COMMENT ON COLUMN visitors.first_entry_host IS 'Host of its very first page view.';
COMMENT ON COLUMN visitors.first_entry_path IS 'Path of its very first page view.';
COMMENT ON COLUMN visitors.first_referrer_medium IS 'What kind of place first led to the site. NULL: none.';
COMMENT ON COLUMN visitors.first_referrer_source IS 'Which one.';
COMMENT ON COLUMN visitors.first_utm_source IS 'Campaign of its first session: source.';
COMMENT ON COLUMN visitors.first_utm_medium IS 'Campaign of its first session: medium.';
COMMENT ON COLUMN visitors.first_utm_campaign IS 'Campaign of its first session: name.';

COMMENT ON VIEW page_engagement IS 'One row is one page view, with what its pings say. Without a page_view_id nothing is known: NULL.';
COMMENT ON COLUMN page_engagement.event_id IS 'The tracker''s id of the event, a UUID; derived from the transport id when the tracker gave none. Two different events may carry the same one.';
COMMENT ON COLUMN page_engagement.page_view_id IS 'The tracker''s id of the page view that this belongs to. Pings and events of one view share it.';
COMMENT ON COLUMN page_engagement.site_id IS 'Which site or application, as its tracker was told (appId).';
COMMENT ON COLUMN page_engagement.viewed_at IS 'When the page was viewed: occurred_at.';
COMMENT ON COLUMN page_engagement.page_host IS 'The address''s host.';
COMMENT ON COLUMN page_engagement.page_path IS 'The address''s path.';
COMMENT ON COLUMN page_engagement.page_title IS 'The page''s title.';
COMMENT ON COLUMN page_engagement.viewport_height IS 'Height of the window''s inside, in pixels.';
COMMENT ON COLUMN page_engagement.pings IS 'How many page pings it has. NULL: not known.';
COMMENT ON COLUMN page_engagement.engaged_seconds IS '10 for every ping.';
COMMENT ON COLUMN page_engagement.max_scroll_y IS 'How far down the window''s upper edge came, in pixels.';
COMMENT ON COLUMN page_engagement.seen_height IS 'How far down the window''s lower edge came, in pixels.';
COMMENT ON COLUMN page_engagement.seen_screens IS 'The same in heights of the window: 1 is a page that was not scrolled.';

COMMENT ON VIEW page_views_daily IS 'Page views by day, site and page. Visitors and sessions must not be added up over pages or days: one of them may be in many.';
COMMENT ON COLUMN page_views_daily.view_date IS 'The day on which it happened, in UTC.';
COMMENT ON COLUMN page_views_daily.site_id IS 'The site.';
COMMENT ON COLUMN page_views_daily.page_host IS 'The page''s host.';
COMMENT ON COLUMN page_views_daily.page_path IS 'The page''s path.';
COMMENT ON COLUMN page_views_daily.page_views IS 'How many page views, those of nobody too.';
COMMENT ON COLUMN page_views_daily.visitors IS 'How many browsers, as far as they have an id.';
COMMENT ON COLUMN page_views_daily.sessions IS 'How many sessions saw the page.';

COMMENT ON VIEW page_views_realtime IS 'Page views that were received in the last 30 minutes.';
COMMENT ON COLUMN page_views_realtime.received_at IS 'When the collector received the request. The sort key: a filter on it is what makes a query fast.';
COMMENT ON COLUMN page_views_realtime.received_minute IS 'received_at, cut to the minute.';
COMMENT ON COLUMN page_views_realtime.event_id IS 'The tracker''s id of the event, a UUID; derived from the transport id when the tracker gave none. Two different events may carry the same one.';
COMMENT ON COLUMN page_views_realtime.site_id IS 'Which site or application, as its tracker was told (appId).';
COMMENT ON COLUMN page_views_realtime.page_host IS 'The address''s host.';
COMMENT ON COLUMN page_views_realtime.page_path IS 'The address''s path.';
COMMENT ON COLUMN page_views_realtime.page_title IS 'The page''s title.';
COMMENT ON COLUMN page_views_realtime.visitor_key IS 'The browser: visitor_id, else network_id. NULL when anonymous, or without any cookie.';
COMMENT ON COLUMN page_views_realtime.referrer_medium IS 'What kind of place led here: internal, search, social, email, paid, chatbot or unknown. NULL: none.';
COMMENT ON COLUMN page_views_realtime.referrer_source IS 'Which one, as Google.';
COMMENT ON COLUMN page_views_realtime.device_class IS 'desktop, phone, tablet, mobile (phone or tablet), tv, console, watch, reader, headset, car, home or bot. NULL: unknown.';
COMMENT ON COLUMN page_views_realtime.geo_country IS 'Country of the address, ISO 3166-1.';
