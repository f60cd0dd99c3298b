package dev.sluice.consumer;

import dev.sluice.processor.ExtensionSettings;
import dev.sluice.processor.ExtensionSettings.OnFailure;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Enrichers of one's own. Keys {@code sluice.enrich.extensions.*}; docs/extensions.md says how one is written.
 *
 * @param folder of their jars, read at the start; null runs none
 * @param order names of those that run, after all standard ones, in this order; others in the folder do not
 * @param onFailure of an event that one failed on, was too slow for or is switched off for: {@code bad-row}, or {@code
 *     skip} for a row without anything of it
 * @param timeout for one event in one extension
 * @param maxTimeouts after so many in a row, or with so many threads that don't come back, an extension is switched off
 * @param retryAfter how long it then stays off before another event is tried; threads that hang keep it off
 */
@Validated
@ConfigurationProperties(value = "sluice.enrich.extensions", ignoreUnknownFields = false)
record ExtensionProperties(
        @Nullable Path folder,
        @DefaultValue List<String> order,
        @DefaultValue("bad-row") OnFailure onFailure,
        @DefaultValue("1s") Duration timeout,
        @DefaultValue("5") @Min(1) @Max(100) int maxTimeouts,
        @DefaultValue("1m") Duration retryAfter) {
    ExtensionProperties {
        order = List.copyOf(order);
        if (folder != null && folder.toString().isBlank()) {
            throw new IllegalArgumentException("sluice.enrich.extensions.folder is set, but empty");
        }
        if (folder == null && !order.isEmpty()) {
            throw new IllegalArgumentException("sluice.enrich.extensions: an order needs a folder: " + order);
        }
        if (new HashSet<>(order).size() < order.size()) {
            throw new IllegalArgumentException("sluice.enrich.extensions.order has a name twice: " + order);
        }
        if (timeout.toMillis() < 1 || retryAfter.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "sluice.enrich.extensions: timeout and retry-after are at least 1ms, not " + timeout + " and "
                            + retryAfter);
        }
    }

    ExtensionSettings settings() {
        return new ExtensionSettings(onFailure, timeout, maxTimeouts, retryAfter);
    }
}
