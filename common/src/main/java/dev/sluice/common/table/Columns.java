package dev.sluice.common.table;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Every column there is, in the order of the tables. Names, types and widths are those that the migrations create. */
public final class Columns {
    // Declared first: the constants below register themselves here.
    private static final List<Column<?>> ALL = new ArrayList<>();

    public static final Column<String> EVENT_ID = character("event_id", 36);
    public static final Column<String> EVENT_TYPE = text("event_type", 32);
    public static final Column<String> PAGE_VIEW_ID = text("page_view_id", 64);
    public static final Column<String> SITE_ID = text("site_id", 64);
    public static final Column<String> PLATFORM = text("platform", 16);
    public static final Column<String> TRACKER_NAME = text("tracker_name", 64);
    public static final Column<String> TRACKER_VERSION = text("tracker_version", 64);
    public static final Column<Instant> RECEIVED_AT = timestamp("received_at");
    public static final Column<Instant> OCCURRED_AT = timestamp("occurred_at");
    public static final Column<Instant> CLIENT_CREATED_AT = timestamp("client_created_at");
    public static final Column<Instant> CLIENT_SENT_AT = timestamp("client_sent_at");
    public static final Column<Instant> ENRICHED_AT = timestamp("enriched_at");
    public static final Column<Instant> LOADED_AT = timestamp("loaded_at");
    public static final Column<String> CLIENT_TIMEZONE = text("client_timezone", 64);
    public static final Column<String> VISITOR_ID = text("visitor_id", 64);
    public static final Column<String> NETWORK_ID = text("network_id", 64);
    public static final Column<String> USER_ID = text("user_id", 128);
    public static final Column<String> SESSION_ID = text("session_id", 64);
    public static final Column<Integer> SESSION_INDEX = integer("session_index");
    public static final Column<Boolean> IS_FIRST_IN_SESSION = bool("is_first_in_session");
    public static final Column<Boolean> IS_ANONYMOUS = bool("is_anonymous");
    public static final Column<String> PRIVACY_SIGNAL = text("privacy_signal", 16);
    public static final Column<String> PAGE_URL = text("page_url", 4096);
    public static final Column<String> PAGE_HOST = text("page_host", 255);
    public static final Column<String> PAGE_PATH = text("page_path", 2048);
    public static final Column<String> PAGE_QUERY = text("page_query", 2048);
    public static final Column<String> PAGE_FRAGMENT = text("page_fragment", 512);
    public static final Column<String> PAGE_TITLE = text("page_title", 1024);
    public static final Column<String> REFERRER_URL = text("referrer_url", 4096);
    public static final Column<String> REFERRER_HOST = text("referrer_host", 255);
    public static final Column<String> REFERRER_MEDIUM = text("referrer_medium", 16);
    public static final Column<String> REFERRER_SOURCE = text("referrer_source", 64);
    public static final Column<String> REFERRER_TERM = text("referrer_term", 255);
    public static final Column<String> UTM_SOURCE = text("utm_source", 255);
    public static final Column<String> UTM_MEDIUM = text("utm_medium", 255);
    public static final Column<String> UTM_CAMPAIGN = text("utm_campaign", 255);
    public static final Column<String> UTM_TERM = text("utm_term", 255);
    public static final Column<String> UTM_CONTENT = text("utm_content", 512);
    public static final Column<String> CLICK_ID = text("click_id", 512);
    public static final Column<String> CLICK_NETWORK = text("click_network", 64);
    public static final Column<String> USER_AGENT = text("user_agent", 1024);
    public static final Column<String> BROWSER_NAME = text("browser_name", 64);
    public static final Column<String> BROWSER_VERSION = text("browser_version", 32);
    public static final Column<String> OS_NAME = text("os_name", 64);
    public static final Column<String> OS_VERSION = text("os_version", 32);
    public static final Column<String> DEVICE_CLASS = text("device_class", 24);
    public static final Column<Boolean> IS_BOT = bool("is_bot");
    public static final Column<String> BROWSER_LANGUAGE = text("browser_language", 35);
    public static final Column<Integer> VIEWPORT_WIDTH = integer("viewport_width");
    public static final Column<Integer> VIEWPORT_HEIGHT = integer("viewport_height");
    public static final Column<Integer> SCREEN_WIDTH = integer("screen_width");
    public static final Column<Integer> SCREEN_HEIGHT = integer("screen_height");
    public static final Column<String> IP_ADDRESS = text("ip_address", 45);
    public static final Column<String> GEO_COUNTRY = character("geo_country", 2);
    public static final Column<String> GEO_REGION = text("geo_region", 8);
    public static final Column<String> GEO_CITY = text("geo_city", 96);
    public static final Column<String> EVENT_FINGERPRINT = character("event_fingerprint", 32);
    public static final Column<Boolean> IS_TRUNCATED = bool("is_truncated");
    public static final Column<String> INGEST_EPOCH = character("ingest_epoch", 36);
    public static final Column<Long> INGEST_SEQ = bigint("ingest_seq");
    public static final Column<Integer> INGEST_INDEX = smallint("ingest_index");
    public static final Column<String> ENRICH_VERSION = text("enrich_version", 32);
    public static final Column<Long> LOAD_ID = bigint("load_id");
    public static final Column<String> CONTEXT = json("context");
    public static final Column<String> CATEGORY = text("category", 1000);
    public static final Column<String> ACTION = text("action", 1000);
    public static final Column<String> LABEL = text("label", 1000);
    public static final Column<String> PROPERTY = text("property", 1000);
    public static final Column<Double> VALUE = real("value");
    public static final Column<Integer> PING_MIN_X = integer("ping_min_x");
    public static final Column<Integer> PING_MAX_X = integer("ping_max_x");
    public static final Column<Integer> PING_MIN_Y = integer("ping_min_y");
    public static final Column<Integer> PING_MAX_Y = integer("ping_max_y");
    public static final Column<String> SCHEMA_VENDOR = text("schema_vendor", 128);
    public static final Column<String> SCHEMA_NAME = text("schema_name", 128);
    public static final Column<String> SCHEMA_VERSION = text("schema_version", 128);
    public static final Column<String> DATA = json("data");
    public static final Column<String> STAGE = text("stage", 16);
    public static final Column<String> REASON = text("reason", 64);
    public static final Column<String> DETAIL = text("detail", 1024);
    public static final Column<String> RAW = text("raw", 65535);
    public static final Column<String> AUDIT_STAGE = text("stage", 32);
    public static final Column<Instant> BUCKET = timestamp("bucket");
    public static final Column<Long> N = bigint("n");
    public static final Column<Long> FIRST_SEQ = bigint("first_seq");
    public static final Column<Long> LAST_SEQ = bigint("last_seq");
    public static final Column<Instant> COMPLETE_UNTIL = timestamp("complete_until");
    public static final Column<Boolean> IS_FINAL = bool("is_final");

    private Columns() {}

    /** How many columns there are: the width of a row's cells. */
    static int count() {
        return ALL.size();
    }

    private static Column<String> character(String name, int bytes) {
        return add(name, Column.Type.CHAR, bytes, String.class);
    }

    private static Column<String> text(String name, int bytes) {
        return add(name, Column.Type.VARCHAR, bytes, String.class);
    }

    private static Column<Instant> timestamp(String name) {
        return add(name, Column.Type.TIMESTAMP, 0, Instant.class);
    }

    private static Column<Integer> smallint(String name) {
        return add(name, Column.Type.SMALLINT, 0, Integer.class);
    }

    private static Column<Integer> integer(String name) {
        return add(name, Column.Type.INTEGER, 0, Integer.class);
    }

    private static Column<Long> bigint(String name) {
        return add(name, Column.Type.BIGINT, 0, Long.class);
    }

    private static Column<Boolean> bool(String name) {
        return add(name, Column.Type.BOOLEAN, 0, Boolean.class);
    }

    private static Column<Double> real(String name) {
        return add(name, Column.Type.DOUBLE, 0, Double.class);
    }

    private static Column<String> json(String name) {
        return add(name, Column.Type.SUPER, 0, String.class);
    }

    private static <T> Column<T> add(String name, Column.Type type, int maxBytes, Class<T> javaType) {
        var column = new Column<T>(ALL.size(), name, type, maxBytes, javaType);
        ALL.add(column);
        return column;
    }
}
