package dev.sluice.processor.geo;

import org.jspecify.annotations.Nullable;

/**
 * Where an address is; null where that isn't known.
 *
 * @param country ISO 3166-1, two letters
 * @param region ISO 3166-2 without the country's part, such as {@code CA}
 * @param city its English name
 */
public record Place(
        @Nullable String country,
        @Nullable String region,
        @Nullable String city) {
    /** Anywhere. */
    public static final Place UNKNOWN = new Place(null, null, null);
}
