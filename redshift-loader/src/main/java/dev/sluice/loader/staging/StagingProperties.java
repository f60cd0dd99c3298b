package dev.sluice.loader.staging;

import jakarta.validation.constraints.NotBlank;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where staged things lie, for the one who writes them and the one who loads them alike. Keys {@code sluice.staging.*}.
 *
 * @param bucket must exist
 * @param prefix empty, or ending in a slash: several lines may share a bucket
 */
@Validated
@ConfigurationProperties(value = "sluice.staging", ignoreUnknownFields = false)
public record StagingProperties(
        @NotBlank String bucket, @DefaultValue("") String prefix) {
    public StagingProperties {
        // A prefix that cannot be part of a key must stop the start, not the first batch.
        var checked = new StagingLayout(bucket, prefix);
        assert checked.prefix().equals(prefix);
    }

    public StagingLayout layout() {
        return new StagingLayout(bucket, prefix);
    }
}
