package dev.sluice.consumer;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where page views come from. Keys {@code sluice.enrich.referrer.*}.
 *
 * @param internalDomains each with its subdomains: a page on one of them that refers to another is {@code internal}, as
 *     pages of one host always are
 */
@Validated
@ConfigurationProperties(value = "sluice.enrich.referrer", ignoreUnknownFields = false)
record ReferrerProperties(@DefaultValue List<String> internalDomains) {
    ReferrerProperties {
        internalDomains = List.copyOf(internalDomains);
        for (String domain : internalDomains) {
            if (domain.isBlank() || domain.chars().anyMatch(c -> "/:@*? ".indexOf(c) >= 0) || domain.startsWith(".")) {
                throw new IllegalArgumentException(
                        "sluice.enrich.referrer.internal-domains are names such as example.com, not '" + domain + "'");
            }
        }
    }
}
