package dev.sluice.common;

import java.util.Locale;

/** The strongest wish for privacy that a request carried. */
public enum PrivacySignal {
    NONE,
    /** {@code DNT: 1}. */
    DNT,
    /** {@code Sec-GPC: 1}. */
    GPC,
    /** The configured opt-out cookie. */
    OPTOUT;

    /** As the column {@code privacy_signal} says it. */
    public String columnValue() {
        return name().toLowerCase(Locale.ROOT);
    }
}
