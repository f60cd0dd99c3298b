package dev.sluice.processor.protocol;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The parameters of the tracker protocol that mean something here. */
public enum Param {
    EVENT("e", Use.COLUMN),
    PLATFORM("p", Use.COLUMN),
    TRACKER_VERSION("tv", Use.COLUMN),
    TRACKER_NAME("tna", Use.COLUMN),
    SITE_ID("aid", Use.COLUMN),
    EVENT_ID("eid", Use.COLUMN),
    CREATED("dtm", Use.COLUMN),
    SENT("stm", Use.COLUMN),
    TRUE_TIME("ttm", Use.COLUMN),
    TIMEZONE("tz", Use.COLUMN),
    VISITOR_ID("duid", Use.COLUMN),
    SESSION_ID("sid", Use.COLUMN),
    SESSION_INDEX("vid", Use.COLUMN),
    NETWORK_ID("nuid", Use.COLUMN),
    TRUSTED_NETWORK_ID("tnuid", Use.COLUMN),
    USER_ID("uid", Use.COLUMN),
    URL("url", Use.COLUMN),
    TITLE("page", Use.COLUMN),
    REFERRER("refr", Use.COLUMN),
    LANGUAGE("lang", Use.COLUMN),
    ENTITIES("co", Use.COLUMN),
    ENTITIES_ENCODED("cx", Use.COLUMN),
    SELF_DESCRIBING("ue_pr", Use.COLUMN),
    SELF_DESCRIBING_ENCODED("ue_px", Use.COLUMN),

    VIEWPORT("vp", Use.PAGE_VIEW_COLUMN),
    SCREEN("res", Use.PAGE_VIEW_COLUMN),
    CATEGORY("se_ca", Use.STRUCT_COLUMN),
    ACTION("se_ac", Use.STRUCT_COLUMN),
    LABEL("se_la", Use.STRUCT_COLUMN),
    PROPERTY("se_pr", Use.STRUCT_COLUMN),
    VALUE("se_va", Use.STRUCT_COLUMN),
    PING_MIN_X("pp_mix", Use.PING_COLUMN),
    PING_MAX_X("pp_max", Use.PING_COLUMN),
    PING_MIN_Y("pp_miy", Use.PING_COLUMN),
    PING_MAX_Y("pp_may", Use.PING_COLUMN),

    /** What the client claims its address is: not believed, and personal, so kept nowhere. */
    IP("ip", Use.IGNORED),
    /** What the client claims its browser is: the header is believed instead. */
    USER_AGENT("ua", Use.IGNORED),

    DOCUMENT_SIZE("ds", Use.CONTEXT),
    CHARSET("cs", Use.CONTEXT),
    COOKIES("cookie", Use.CONTEXT),
    COLOR_DEPTH("cd", Use.CONTEXT),
    OLD_FINGERPRINT("fp", Use.CONTEXT);

    private enum Use {
        COLUMN,
        PAGE_VIEW_COLUMN,
        STRUCT_COLUMN,
        PING_COLUMN,
        CONTEXT,
        IGNORED
    }

    private static final Map<String, Param> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Param::wireName, p -> p));

    private final String wireName;
    private final Use use;

    Param(String wireName, Use use) {
        this.wireName = wireName;
        this.use = use;
    }

    /** As requests name it; names are case-sensitive. */
    public String wireName() {
        return wireName;
    }

    /** Whether an event of this type has no column for it, so that it belongs among the fields of {@code context}. */
    public boolean isContextOf(EventType type) {
        return switch (use) {
            case COLUMN, IGNORED -> false;
            case CONTEXT -> true;
            case PAGE_VIEW_COLUMN -> type != EventType.PAGE_VIEW;
            case STRUCT_COLUMN -> type != EventType.STRUCT;
            case PING_COLUMN -> type != EventType.PAGE_PING;
        };
    }

    static @Nullable Param of(String wireName) {
        return BY_NAME.get(wireName);
    }
}
