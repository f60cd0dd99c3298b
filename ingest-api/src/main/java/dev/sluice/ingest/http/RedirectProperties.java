package dev.sluice.ingest.http;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Links that are counted on their way: {@code GET /r/tp2?u=…}. Keys {@code sluice.ingest.redirect.*}.
 *
 * @param enabled whether there are any; else the path answers 404
 * @param domains where they may lead: these hosts and all below them. Must not be empty when enabled: whoever may choose the
 *     target of a redirect borrows your name
 * @param ports where they may lead besides the scheme's own port
 */
public record RedirectProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue List<@NotNull @Pattern(regexp = CookieProperties.HOST) String> domains,
        @DefaultValue List<@NotNull @Min(1) @Max(65_535) Integer> ports) {
    public RedirectProperties {
        domains = List.copyOf(domains);
        ports = List.copyOf(ports);
        if (enabled && domains.isEmpty()) {
            throw new IllegalArgumentException("sluice.ingest.redirect.enabled needs redirect.domains");
        }
    }
}
