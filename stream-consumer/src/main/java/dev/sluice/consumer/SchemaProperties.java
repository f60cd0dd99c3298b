package dev.sluice.consumer;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * What self-describing events and entities must look like. Keys {@code sluice.enrich.schemas.*}.
 *
 * @param folder of JSON Schemas at {@code vendor/name/jsonschema/1-0-0}, read at the start; null takes everything as it is
 */
@Validated
@ConfigurationProperties(value = "sluice.enrich.schemas", ignoreUnknownFields = false)
record SchemaProperties(@Nullable Path folder) {
    SchemaProperties {
        if (folder != null && folder.toString().isBlank()) {
            throw new IllegalArgumentException("sluice.enrich.schemas.folder is set, but empty");
        }
    }
}
