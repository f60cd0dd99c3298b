package dev.sluice.loader.canary;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Page views of the line's own, which show that everything from the public address to the warehouse works. Keys {@code sluice.canary.*}.
 *
 * @param url the collector's public address, such as {@code https://collect.example.org}; null sends none
 * @param interval between two canaries of one loader
 * @param patience after so long without its row a canary is missed
 */
@Validated
@ConfigurationProperties(value = "sluice.canary", ignoreUnknownFields = false)
public record CanaryProperties(
        @Nullable URI url,
        @DefaultValue("10s") Duration interval,
        @DefaultValue("5m") Duration patience) {
    /** What is looked for in one question is bounded by it. */
    private static final int MOST_UNDER_WAY = 1_000;

    public CanaryProperties {
        if (url != null
                && (url.getHost() == null || !String.valueOf(url.getScheme()).matches("https?"))) {
            throw new IllegalArgumentException(
                    "sluice.canary.url is a collector's address such as https://collect.example.org," + " not " + url);
        }
        if (interval.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("sluice.canary.interval is at least 1s, not " + interval);
        }
        if (patience.compareTo(interval) <= 0 || patience.dividedBy(interval) > MOST_UNDER_WAY) {
            throw new IllegalArgumentException("sluice.canary.patience is longer than interval, and at most "
                    + MOST_UNDER_WAY + " times as long, not " + patience);
        }
    }
}
