package dev.sluice.processor.protocol;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parameters of one event to the event, or to the reason why there is none. */
final class EventReader {
    private EventReader() {}

    /**
     * Puts the decoded text in the place of what was base64.
     *
     * @param anonymous whether ids have to go, from the event as from what is kept of a rejected one
     */
    static Parsed read(int index, Fields fields, boolean anonymous) {
        if (anonymous) {
            Anonymiser.clean(fields);
        }
        try {
            return new Parsed.Accepted(index, event(fields, anonymous));
        } catch (Rejection rejection) {
            if (anonymous) {
                Anonymiser.cleanUnread(fields);
            }
            return new Parsed.Rejected(
                    index, rejection.reason, rejection.detail, fields.get(Param.SITE_ID), fields.toJson());
        }
    }

    private static TrackerEvent event(Fields fields, boolean anonymous) throws Rejection {
        String code = fields.get(Param.EVENT);
        if (code == null) {
            throw new Rejection(BadReason.MISSING_EVENT_TYPE, "The parameter e is missing.");
        }
        EventType type = EventType.of(code);
        if (type == null) {
            throw new Rejection(
                    BadReason.UNKNOWN_EVENT_TYPE,
                    "The parameter e is none of pv, pp, se, ue. The legacy shop and ad events are not taken.");
        }
        SelfDescribing selfDescribing = null;
        if (type == EventType.STRUCT) {
            require(fields, Param.CATEGORY);
            require(fields, Param.ACTION);
        } else if (type == EventType.SELF_DESCRIBING) {
            selfDescribing = selfDescribing(fields, anonymous);
        }
        return new TrackerEvent(type, fields, entities(fields, anonymous), selfDescribing);
    }

    private static void require(Fields fields, Param param) throws Rejection {
        if (fields.get(param) == null) {
            throw new Rejection(BadReason.MISSING_FIELD, "The parameter " + param.wireName() + " is missing or empty.");
        }
    }

    private static SelfDescribing selfDescribing(Fields fields, boolean anonymous) throws Rejection {
        Param param = fields.get(Param.SELF_DESCRIBING) != null ? Param.SELF_DESCRIBING : Param.SELF_DESCRIBING_ENCODED;
        JsonValue wrapper = json(fields, param, anonymous);
        if (wrapper == null) {
            throw new Rejection(
                    BadReason.MISSING_FIELD,
                    "A self-describing event needs ue_pr or ue_px, and both are missing or empty.");
        }
        JsonValue inner =
                wrapper instanceof JsonValue.Obj object ? object.members().get("data") : null;
        SelfDescribing event = inner == null ? null : SelfDescribing.of(inner);
        if (event == null) {
            throw new Rejection(
                    BadReason.BAD_SELF_DESCRIBING,
                    "The parameter " + param.wireName()
                            + " does not hold an unstruct_event whose data has a schema (iglu:vendor/name/format/version) and data.");
        }
        return event;
    }

    private static List<SelfDescribing> entities(Fields fields, boolean anonymous) throws Rejection {
        var entities = new ArrayList<SelfDescribing>();
        for (Param param : List.of(Param.ENTITIES, Param.ENTITIES_ENCODED)) {
            JsonValue wrapper = json(fields, param, anonymous);
            if (wrapper == null) {
                continue;
            }
            if (!(wrapper instanceof JsonValue.Obj object)
                    || !(object.members().get("data") instanceof JsonValue.Arr(var items))) {
                throw badEntities(param);
            }
            for (JsonValue item : items) {
                SelfDescribing entity = SelfDescribing.of(item);
                if (entity == null) {
                    throw badEntities(param);
                }
                entities.add(entity);
            }
        }
        return entities;
    }

    private static Rejection badEntities(Param param) {
        return new Rejection(
                BadReason.BAD_ENTITIES,
                "The parameter " + param.wireName()
                        + " does not hold a list of entities, each with a schema (iglu:vendor/name/format/version) and data.");
    }

    private static @Nullable JsonValue json(Fields fields, Param param, boolean anonymous) throws Rejection {
        String text = fields.get(param);
        if (text == null) {
            return null;
        }
        if (param == Param.ENTITIES_ENCODED || param == Param.SELF_DESCRIBING_ENCODED) {
            String decoded = LenientBase64.decode(text);
            if (decoded == null) {
                throw new Rejection(
                        BadReason.BAD_BASE64,
                        "The parameter " + param.wireName()
                                + " is not base64. It may have been cut on its way: send by POST.");
            }
            text = decoded;
            fields.put(param, decoded);
        }
        try {
            if (text.isBlank()) {
                return null;
            }
            JsonValue value = JsonReader.read(text);
            if (anonymous) {
                value = Anonymiser.clean(value);
                fields.put(param, JsonWriter.write(value));
            }
            return value;
        } catch (JsonProblem e) {
            throw new Rejection(
                    BadReason.BAD_JSON,
                    "The parameter " + param.wireName() + " can't be read as JSON: " + e.getMessage() + ".");
        }
    }

    /** Leaves the reading of one event; caught a few frames above. */
    private static final class Rejection extends Exception {
        private static final long serialVersionUID = 1L;

        private final BadReason reason;
        private final String detail;

        Rejection(BadReason reason, String detail) {
            // No stack trace: this is an answer, not a fault.
            super(detail, null, false, false);
            this.reason = reason;
            this.detail = detail;
        }
    }
}
