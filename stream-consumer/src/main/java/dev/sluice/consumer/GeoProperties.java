package dev.sluice.consumer;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where places are looked up. Keys {@code sluice.enrich.geo.*}. Without a database the geo columns are NULL.
 *
 * @param country a database of countries in MaxMind's format (MMDB); may be replaced while the consumer runs
 * @param city a database of cities in that format, for region and city, and for the country where the other has none
 * @param reloadInterval how often to look whether they were replaced; a new file is taken when it has stayed the same that long
 */
@Validated
@ConfigurationProperties(value = "sluice.enrich.geo", ignoreUnknownFields = false)
record GeoProperties(
        @Nullable Path country,
        @Nullable Path city,
        @DefaultValue("1m") Duration reloadInterval) {
    GeoProperties {
        if (reloadInterval.toMillis() < 1_000) {
            throw new IllegalArgumentException(
                    "sluice.enrich.geo.reload-interval is at least 1s, not " + reloadInterval);
        }
    }
}
