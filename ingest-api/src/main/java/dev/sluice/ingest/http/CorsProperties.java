package dev.sluice.ingest.http;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What pages of other origins may do. Keys {@code sluice.ingest.cors.*}.
 *
 * @param extraHeaders request headers allowed besides those of the tracker
 * @param maxAge how long a browser may remember the answer to a preflight
 */
public record CorsProperties(
        @DefaultValue List<@NotNull @Pattern(regexp = "[0-9A-Za-z-]{1,64}") String> extraHeaders,
        @DefaultValue("1h") Duration maxAge) {
    public CorsProperties {
        extraHeaders = List.copyOf(extraHeaders);
        if (maxAge.isNegative()) {
            throw new IllegalArgumentException("sluice.ingest.cors.max-age is not negative, not " + maxAge);
        }
    }
}
