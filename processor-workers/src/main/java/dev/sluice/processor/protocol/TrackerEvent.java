package dev.sluice.processor.protocol;

import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** One valid event as its sender described it. Immutable. */
public final class TrackerEvent {
    private final EventType type;
    private final Fields fields;
    private final List<SelfDescribing> entities;
    private final @Nullable SelfDescribing selfDescribing;

    TrackerEvent(
            EventType type, Fields fields, List<SelfDescribing> entities, @Nullable SelfDescribing selfDescribing) {
        this.type = type;
        this.fields = fields;
        this.entities = List.copyOf(entities);
        this.selfDescribing = selfDescribing;
    }

    /** This event as if that parameter had not been sent. */
    public TrackerEvent without(Param param) {
        return get(param) == null ? this : new TrackerEvent(type, fields.without(param), entities, selfDescribing);
    }

    public EventType type() {
        return type;
    }

    /**
     * A parameter's value, never empty; null when it was not sent. What was sent as base64 ({@code cx}, {@code ue_px})
     * is here decoded, as JSON text.
     */
    public @Nullable String get(Param param) {
        return fields.get(param);
    }

    /** Parameters that the protocol doesn't know, and known ones whose value is no text; by name. */
    public SortedMap<String, JsonValue> others() {
        return fields.others();
    }

    /** All entities, those of {@code co} before those of {@code cx}. */
    public List<SelfDescribing> entities() {
        return entities;
    }

    /** The first entity of this schema ({@code vendor/name}) in any version, if its data is an object. */
    public JsonValue.@Nullable Obj entity(String vendorAndName) {
        for (SelfDescribing entity : entities) {
            if (entity.is(vendorAndName) && entity.data() instanceof JsonValue.Obj data) {
                return data;
            }
        }
        return null;
    }

    /** What a self-describing event says; never null for that type, always null for others. */
    public @Nullable SelfDescribing selfDescribing() {
        return selfDescribing;
    }

    /** All parameters as a JSON object, for a person to read. */
    String toJson() {
        return fields.toJson();
    }
}
