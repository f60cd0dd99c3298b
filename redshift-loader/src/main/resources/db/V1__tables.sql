-- The tables of the first release.
--
-- A script is one transaction: nothing in it may commit by itself. A script that has been released is never changed;
-- what comes after it goes into the next one.
--
-- No keys are declared: Redshift does not enforce them, yet its planner trusts them.
--
-- load_id has a default because each load's temporary tables are LIKE these, and a staged file does not carry the column.
-- 0 is no load: the rows of a fact table always name theirs.

CREATE TABLE page_views (
    event_id CHAR(36) NOT NULL,
    event_type VARCHAR(32) NOT NULL,
    page_view_id VARCHAR(64),
    site_id VARCHAR(64),
    platform VARCHAR(16),
    tracker_name VARCHAR(64),
    tracker_version VARCHAR(64),
    received_at TIMESTAMP NOT NULL ENCODE RAW,
    occurred_at TIMESTAMP NOT NULL,
    client_created_at TIMESTAMP,
    client_sent_at TIMESTAMP,
    enriched_at TIMESTAMP NOT NULL,
    loaded_at TIMESTAMP DEFAULT GETDATE(),
    client_timezone VARCHAR(64),
    visitor_id VARCHAR(64),
    network_id VARCHAR(64),
    user_id VARCHAR(128),
    session_id VARCHAR(64),
    session_index INTEGER,
    is_first_in_session BOOLEAN,
    is_anonymous BOOLEAN NOT NULL,
    privacy_signal VARCHAR(16),
    page_url VARCHAR(4096),
    page_host VARCHAR(255),
    page_path VARCHAR(2048),
    page_query VARCHAR(2048),
    page_fragment VARCHAR(512),
    page_title VARCHAR(1024),
    referrer_url VARCHAR(4096),
    referrer_host VARCHAR(255),
    referrer_medium VARCHAR(16),
    referrer_source VARCHAR(64),
    referrer_term VARCHAR(255),
    utm_source VARCHAR(255),
    utm_medium VARCHAR(255),
    utm_campaign VARCHAR(255),
    utm_term VARCHAR(255),
    utm_content VARCHAR(512),
    click_id VARCHAR(512),
    click_network VARCHAR(64),
    user_agent VARCHAR(1024),
    browser_name VARCHAR(64),
    browser_version VARCHAR(32),
    os_name VARCHAR(64),
    os_version VARCHAR(32),
    device_class VARCHAR(24),
    is_bot BOOLEAN NOT NULL,
    browser_language VARCHAR(35),
    viewport_width INTEGER,
    viewport_height INTEGER,
    screen_width INTEGER,
    screen_height INTEGER,
    ip_address VARCHAR(45),
    geo_country CHAR(2),
    geo_region VARCHAR(8),
    geo_city VARCHAR(96),
    event_fingerprint CHAR(32) NOT NULL,
    is_truncated BOOLEAN NOT NULL,
    ingest_epoch CHAR(36) NOT NULL,
    ingest_seq BIGINT NOT NULL,
    ingest_index SMALLINT NOT NULL,
    enrich_version VARCHAR(32) NOT NULL,
    load_id BIGINT NOT NULL DEFAULT 0,
    context SUPER
)
DISTKEY(event_id) SORTKEY(received_at);

CREATE TABLE events (
    event_id CHAR(36) NOT NULL,
    event_type VARCHAR(32) NOT NULL,
    page_view_id VARCHAR(64),
    site_id VARCHAR(64),
    platform VARCHAR(16),
    tracker_name VARCHAR(64),
    tracker_version VARCHAR(64),
    received_at TIMESTAMP NOT NULL ENCODE RAW,
    occurred_at TIMESTAMP NOT NULL,
    client_created_at TIMESTAMP,
    client_sent_at TIMESTAMP,
    enriched_at TIMESTAMP NOT NULL,
    loaded_at TIMESTAMP DEFAULT GETDATE(),
    client_timezone VARCHAR(64),
    visitor_id VARCHAR(64),
    network_id VARCHAR(64),
    user_id VARCHAR(128),
    session_id VARCHAR(64),
    session_index INTEGER,
    is_first_in_session BOOLEAN,
    is_anonymous BOOLEAN NOT NULL,
    privacy_signal VARCHAR(16),
    page_url VARCHAR(4096),
    page_host VARCHAR(255),
    page_path VARCHAR(2048),
    page_query VARCHAR(2048),
    page_fragment VARCHAR(512),
    page_title VARCHAR(1024),
    referrer_url VARCHAR(4096),
    user_agent VARCHAR(1024),
    browser_name VARCHAR(64),
    browser_version VARCHAR(32),
    os_name VARCHAR(64),
    os_version VARCHAR(32),
    device_class VARCHAR(24),
    is_bot BOOLEAN NOT NULL,
    browser_language VARCHAR(35),
    ip_address VARCHAR(45),
    geo_country CHAR(2),
    geo_region VARCHAR(8),
    geo_city VARCHAR(96),
    event_fingerprint CHAR(32) NOT NULL,
    is_truncated BOOLEAN NOT NULL,
    ingest_epoch CHAR(36) NOT NULL,
    ingest_seq BIGINT NOT NULL,
    ingest_index SMALLINT NOT NULL,
    enrich_version VARCHAR(32) NOT NULL,
    load_id BIGINT NOT NULL DEFAULT 0,
    context SUPER,
    category VARCHAR(1000),
    action VARCHAR(1000),
    label VARCHAR(1000),
    property VARCHAR(1000),
    value DOUBLE PRECISION,
    ping_min_x INTEGER,
    ping_max_x INTEGER,
    ping_min_y INTEGER,
    ping_max_y INTEGER,
    schema_vendor VARCHAR(128),
    schema_name VARCHAR(128),
    schema_version VARCHAR(128),
    data SUPER
)
DISTKEY(event_id) SORTKEY(received_at);

CREATE TABLE bad_events (
    received_at TIMESTAMP NOT NULL ENCODE RAW,
    ingest_epoch CHAR(36) NOT NULL,
    ingest_seq BIGINT NOT NULL,
    ingest_index SMALLINT,
    stage VARCHAR(16) NOT NULL,
    reason VARCHAR(64) NOT NULL,
    detail VARCHAR(1024),
    site_id VARCHAR(64),
    "raw" VARCHAR(65535),
    loaded_at TIMESTAMP DEFAULT GETDATE(),
    load_id BIGINT NOT NULL DEFAULT 0
)
DISTSTYLE EVEN SORTKEY(received_at);

-- What one stage counted for one ingest epoch and one minute of received_at, by one load. Readers add up.
CREATE TABLE audit_buckets (
    stage VARCHAR(32) NOT NULL,
    ingest_epoch CHAR(36) NOT NULL,
    bucket TIMESTAMP NOT NULL ENCODE RAW,
    n BIGINT NOT NULL,
    load_id BIGINT NOT NULL
)
DISTSTYLE ALL SORTKEY(bucket);

-- One row is one staged batch that was loaded. Locking this table is what makes one loader the only one.
-- page_views, events and bad_events are the batch's staged rows. A load judges the rows of its batches together, so what it
-- found repeated stands on the first of its rows here, and the others have 0: the sum over a load_id is exact.
CREATE TABLE load_ledger (
    batch_id VARCHAR(400) NOT NULL,
    load_id BIGINT NOT NULL,
    shard VARCHAR(128) NOT NULL,
    first_sequence VARCHAR(130) NOT NULL,
    last_sequence VARCHAR(130) NOT NULL,
    page_views BIGINT NOT NULL,
    events BIGINT NOT NULL,
    bad_events BIGINT NOT NULL,
    pipeline_duplicates BIGINT NOT NULL,
    browser_duplicates BIGINT NOT NULL,
    quarantined BIGINT NOT NULL,
    min_received_at TIMESTAMP NOT NULL,
    max_received_at TIMESTAMP NOT NULL,
    enrich_version VARCHAR(32) NOT NULL,
    loaded_at TIMESTAMP NOT NULL ENCODE RAW
)
DISTSTYLE ALL SORTKEY(loaded_at);

-- How far each shard has been loaded. Not a watermark: an event can reach the stream later than its neighbours.
CREATE VIEW load_progress AS
SELECT shard,
       COUNT(*) AS batches,
       SUM(page_views + events + bad_events) AS staged_rows,
       MAX(max_received_at) AS newest_received_at,
       MAX(loaded_at) AS last_loaded_at
FROM load_ledger
GROUP BY shard;
