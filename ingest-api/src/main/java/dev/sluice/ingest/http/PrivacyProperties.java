package dev.sluice.ingest.http;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What a browser's wish for privacy does. Keys {@code sluice.ingest.privacy.*}.
 *
 * @param dnt for {@code DNT: 1}: {@code HONOUR} records the visit without the visitor (no address, no id, no cookie),
 *     {@code REFUSE} answers 200 and keeps nothing, {@code IGNORE} only notes the wish
 * @param gpc likewise for {@code Sec-GPC: 1}, Global Privacy Control
 */
public record PrivacyProperties(
        @DefaultValue("HONOUR") Policy dnt,
        @DefaultValue("HONOUR") Policy gpc) {

    /** What a signal does. */
    public enum Policy {
        HONOUR,
        REFUSE,
        IGNORE
    }
}
