package dev.sluice.common.aws;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Metrics to CloudWatch, beside what Prometheus reads. Keys {@code sluice.metrics.cloudwatch.*}.
 *
 * @param enabled whether this service's own metrics, those that begin with {@code sluice.}, are sent there; CloudWatch bills each
 *     combination of name and tags
 * @param namespace what they are found under; the role may be held to it
 * @param step how often they are sent
 */
@Validated
@ConfigurationProperties(value = "sluice.metrics.cloudwatch", ignoreUnknownFields = false)
public record CloudWatchProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("Sluice") String namespace,
        @DefaultValue("1m") Duration step) {
    private static final int LONGEST_NAMESPACE = 255;

    public CloudWatchProperties {
        if (namespace.isBlank() || namespace.length() > LONGEST_NAMESPACE || namespace.startsWith("AWS/")) {
            throw new IllegalArgumentException("sluice.metrics.cloudwatch.namespace has 1 to " + LONGEST_NAMESPACE
                    + " characters and does not begin with AWS/, unlike " + namespace);
        }
        if (step.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("sluice.metrics.cloudwatch.step is at least 1s, not " + step);
        }
    }
}
