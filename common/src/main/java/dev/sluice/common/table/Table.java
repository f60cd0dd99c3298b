package dev.sluice.common.table;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The tables that rows are made for, each with its columns in table order. */
public enum Table {
    /** A page view. */
    PAGE_VIEWS(
            Columns.EVENT_ID,
            Columns.EVENT_TYPE,
            Columns.PAGE_VIEW_ID,
            Columns.SITE_ID,
            Columns.PLATFORM,
            Columns.TRACKER_NAME,
            Columns.TRACKER_VERSION,
            Columns.RECEIVED_AT,
            Columns.OCCURRED_AT,
            Columns.CLIENT_CREATED_AT,
            Columns.CLIENT_SENT_AT,
            Columns.ENRICHED_AT,
            Columns.LOADED_AT,
            Columns.CLIENT_TIMEZONE,
            Columns.VISITOR_ID,
            Columns.NETWORK_ID,
            Columns.USER_ID,
            Columns.SESSION_ID,
            Columns.SESSION_INDEX,
            Columns.IS_FIRST_IN_SESSION,
            Columns.IS_ANONYMOUS,
            Columns.PRIVACY_SIGNAL,
            Columns.PAGE_URL,
            Columns.PAGE_HOST,
            Columns.PAGE_PATH,
            Columns.PAGE_QUERY,
            Columns.PAGE_FRAGMENT,
            Columns.PAGE_TITLE,
            Columns.REFERRER_URL,
            Columns.REFERRER_HOST,
            Columns.REFERRER_MEDIUM,
            Columns.REFERRER_SOURCE,
            Columns.REFERRER_TERM,
            Columns.UTM_SOURCE,
            Columns.UTM_MEDIUM,
            Columns.UTM_CAMPAIGN,
            Columns.UTM_TERM,
            Columns.UTM_CONTENT,
            Columns.CLICK_ID,
            Columns.CLICK_NETWORK,
            Columns.USER_AGENT,
            Columns.BROWSER_NAME,
            Columns.BROWSER_VERSION,
            Columns.OS_NAME,
            Columns.OS_VERSION,
            Columns.DEVICE_CLASS,
            Columns.IS_BOT,
            Columns.BROWSER_LANGUAGE,
            Columns.VIEWPORT_WIDTH,
            Columns.VIEWPORT_HEIGHT,
            Columns.SCREEN_WIDTH,
            Columns.SCREEN_HEIGHT,
            Columns.IP_ADDRESS,
            Columns.GEO_COUNTRY,
            Columns.GEO_REGION,
            Columns.GEO_CITY,
            Columns.EVENT_FINGERPRINT,
            Columns.IS_TRUNCATED,
            Columns.INGEST_EPOCH,
            Columns.INGEST_SEQ,
            Columns.INGEST_INDEX,
            Columns.ENRICH_VERSION,
            Columns.LOAD_ID,
            Columns.CONTEXT),

    /** Every other accepted event: page ping, structured, self-describing. */
    EVENTS(
            Columns.EVENT_ID,
            Columns.EVENT_TYPE,
            Columns.PAGE_VIEW_ID,
            Columns.SITE_ID,
            Columns.PLATFORM,
            Columns.TRACKER_NAME,
            Columns.TRACKER_VERSION,
            Columns.RECEIVED_AT,
            Columns.OCCURRED_AT,
            Columns.CLIENT_CREATED_AT,
            Columns.CLIENT_SENT_AT,
            Columns.ENRICHED_AT,
            Columns.LOADED_AT,
            Columns.CLIENT_TIMEZONE,
            Columns.VISITOR_ID,
            Columns.NETWORK_ID,
            Columns.USER_ID,
            Columns.SESSION_ID,
            Columns.SESSION_INDEX,
            Columns.IS_FIRST_IN_SESSION,
            Columns.IS_ANONYMOUS,
            Columns.PRIVACY_SIGNAL,
            Columns.PAGE_URL,
            Columns.PAGE_HOST,
            Columns.PAGE_PATH,
            Columns.PAGE_QUERY,
            Columns.PAGE_FRAGMENT,
            Columns.PAGE_TITLE,
            Columns.REFERRER_URL,
            Columns.USER_AGENT,
            Columns.BROWSER_NAME,
            Columns.BROWSER_VERSION,
            Columns.OS_NAME,
            Columns.OS_VERSION,
            Columns.DEVICE_CLASS,
            Columns.IS_BOT,
            Columns.BROWSER_LANGUAGE,
            Columns.IP_ADDRESS,
            Columns.GEO_COUNTRY,
            Columns.GEO_REGION,
            Columns.GEO_CITY,
            Columns.EVENT_FINGERPRINT,
            Columns.IS_TRUNCATED,
            Columns.INGEST_EPOCH,
            Columns.INGEST_SEQ,
            Columns.INGEST_INDEX,
            Columns.ENRICH_VERSION,
            Columns.LOAD_ID,
            Columns.CONTEXT,
            Columns.CATEGORY,
            Columns.ACTION,
            Columns.LABEL,
            Columns.PROPERTY,
            Columns.VALUE,
            Columns.PING_MIN_X,
            Columns.PING_MAX_X,
            Columns.PING_MIN_Y,
            Columns.PING_MAX_Y,
            Columns.SCHEMA_VENDOR,
            Columns.SCHEMA_NAME,
            Columns.SCHEMA_VERSION,
            Columns.DATA),

    /** What was accepted but could not be made a row, with the reason. */
    BAD_EVENTS(
            Columns.RECEIVED_AT,
            Columns.INGEST_EPOCH,
            Columns.INGEST_SEQ,
            Columns.INGEST_INDEX,
            Columns.STAGE,
            Columns.REASON,
            Columns.DETAIL,
            Columns.SITE_ID,
            Columns.RAW,
            Columns.LOADED_AT,
            Columns.LOAD_ID),

    /** What the line's own stages counted. No fact: its rows tell of hits, and are made of none. */
    AUDIT_BUCKETS(
            Columns.AUDIT_STAGE,
            Columns.INGEST_EPOCH,
            Columns.BUCKET,
            Columns.N,
            Columns.LOAD_ID,
            Columns.FIRST_SEQ,
            Columns.LAST_SEQ,
            Columns.COMPLETE_UNTIL,
            Columns.IS_FINAL);

    /** Given by the loader inside the load transaction, so no staged file carries them. */
    private static final Set<Column<?>> GIVEN_AT_LOAD = Set.of(Columns.LOADED_AT, Columns.LOAD_ID);

    private final List<Column<?>> columns;

    Table(Column<?>... columns) {
        this.columns = List.of(columns);
    }

    /** As the warehouse names it. */
    public String tableName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Whether its rows are made of hits: they have a transport id, may come more than once, and may be refused one by one. The rows of
     * the other tables are the line's own, and taken as they are.
     */
    public boolean isFact() {
        return this != AUDIT_BUCKETS;
    }

    /** The fact tables. */
    public static List<Table> facts() {
        return Arrays.stream(values()).filter(Table::isFact).toList();
    }

    /** When a row's hit was received, or up to when a row speaks of hits. */
    public Column<Instant> timeColumn() {
        return isFact() ? Columns.RECEIVED_AT : Columns.COMPLETE_UNTIL;
    }

    /** All columns, in the table's order. */
    public List<Column<?>> columns() {
        return columns;
    }

    /** The columns of a staged file, in its order: all but those that the load gives. */
    public List<Column<?>> stagedColumns() {
        return columns.stream().filter(c -> !GIVEN_AT_LOAD.contains(c)).toList();
    }
}
