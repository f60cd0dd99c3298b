package dev.sluice.processor.protocol;

import java.util.Locale;

/**
 * Every reason why something accepted is a bad row and not an event. The lower-case name is what {@code
 * bad_events.reason} says.
 */
public enum BadReason {
    /** The Kinesis record is not one of ours, or was damaged. */
    NOT_A_FRAME(Stage.PARSE),
    /** Neither a body nor a query. */
    EMPTY_REQUEST(Stage.PARSE),
    /** The body is not JSON. */
    NOT_JSON(Stage.PARSE),
    /** The body is JSON beyond the limits of {@link JsonReader}. */
    JSON_LIMIT(Stage.PARSE),
    /** The body is JSON, but not a {@code payload_data} 1-0-x. */
    WRONG_SCHEMA(Stage.PARSE),
    /** A {@code payload_data} without a list of events, or with an empty one. */
    NO_EVENTS(Stage.PARSE),
    /** More events than one request may carry. */
    TOO_MANY_EVENTS(Stage.PARSE),
    /** Reading the request failed in a way nobody foresaw: a defect of ours. */
    PARSER_FAILED(Stage.PARSE),

    /** An item of the list is not an object. */
    NOT_AN_OBJECT(Stage.VALIDATE),
    /** No {@code e}. */
    MISSING_EVENT_TYPE(Stage.VALIDATE),
    /** An {@code e} that has no table. */
    UNKNOWN_EVENT_TYPE(Stage.VALIDATE),
    /** A field without which this type of event says nothing. */
    MISSING_FIELD(Stage.VALIDATE),
    /** {@code cx} or {@code ue_px} is not base64. */
    BAD_BASE64(Stage.VALIDATE),
    /** The JSON inside {@code co}, {@code cx}, {@code ue_pr} or {@code ue_px} is none, or beyond the limits. */
    BAD_JSON(Stage.VALIDATE),
    /** {@code co} or {@code cx} is JSON but not a list of self-describing entities. */
    BAD_ENTITIES(Stage.VALIDATE),
    /** {@code ue_pr} or {@code ue_px} is JSON but not a self-describing event. */
    BAD_SELF_DESCRIBING(Stage.VALIDATE),
    /** What the event says, or one of its entities, breaks its JSON Schema. */
    SCHEMA_INVALID(Stage.VALIDATE),

    /** An enricher threw: a defect of ours, or of the enricher that was plugged in. */
    ENRICHER_FAILED(Stage.ENRICH),
    /** An extension threw, or did what extensions may not do. */
    EXTENSION_FAILED(Stage.ENRICH),
    /** An extension took too long, or had before, so that it is switched off. */
    EXTENSION_TIMEOUT(Stage.ENRICH);

    /** How far it came; the lower-case name is what {@code bad_events.stage} says. */
    public enum Stage {
        PARSE,
        VALIDATE,
        ENRICH;

        public String columnValue() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Stage stage;

    BadReason(Stage stage) {
        this.stage = stage;
    }

    public Stage stage() {
        return stage;
    }

    public String columnValue() {
        return name().toLowerCase(Locale.ROOT);
    }
}
