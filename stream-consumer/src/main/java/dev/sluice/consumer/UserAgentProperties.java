package dev.sluice.consumer;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How user agents are taken apart. Keys {@code sluice.enrich.user-agent.*}.
 *
 * @param enabled off saves about 100 MB of heap; browser, operating system and device are then NULL, and nobody is a bot
 * @param cacheEntries user agents that are remembered; about 1 KB each
 */
@Validated
@ConfigurationProperties(value = "sluice.enrich.user-agent", ignoreUnknownFields = false)
record UserAgentProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("10000") @Min(1) @Max(1_000_000) int cacheEntries) {}
