package dev.sluice.ingest.http;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The network cookie. Keys {@code sluice.ingest.cookie.*}.
 *
 * @param enabled whether it is read and set at all
 * @param name a token as RFC 6265 has it
 * @param readableName name of a second cookie with the same value that scripts can read; null sets none
 * @param domains the first that equals the origin's host, or is a parent of it, becomes the cookie's domain
 * @param fallbackDomain the domain when none of those fits; null sets the cookie for the collector's host alone
 * @param maxAge how long browsers keep it, counted anew from every answer
 * @param secure off only where the collector speaks plain HTTP
 * @param httpOnly hides it from scripts
 * @param sameSite {@code NONE} is needed when pages of other sites send here, and needs {@code secure}
 */
public record CookieProperties(
        @DefaultValue("true") boolean enabled,

        @DefaultValue("sp") @Pattern(regexp = "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}") String name,

        @Nullable @Pattern(regexp = "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}") String readableName,

        @DefaultValue List<@NotNull @Pattern(regexp = HOST) String> domains,
        @Nullable @Pattern(regexp = HOST) String fallbackDomain,
        @DefaultValue("365d") Duration maxAge,
        @DefaultValue("true") boolean secure,
        @DefaultValue("true") boolean httpOnly,
        @DefaultValue("NONE") SameSite sameSite) {

    /** A host name, as configuration may give it. */
    public static final String HOST = "[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?";

    /** Whether browsers send the cookie along from pages of other sites. */
    public enum SameSite {
        NONE("None"),
        LAX("Lax"),
        STRICT("Strict");

        private final String attribute;

        SameSite(String attribute) {
            this.attribute = attribute;
        }

        String attribute() {
            return attribute;
        }
    }

    public CookieProperties {
        domains = List.copyOf(domains);
        if (maxAge.toSeconds() < 1) {
            throw new IllegalArgumentException("sluice.ingest.cookie.max-age is at least 1s, not " + maxAge);
        }
        if (name.equals(readableName)) {
            throw new IllegalArgumentException("sluice.ingest.cookie.readable-name is not cookie.name");
        }
        if (sameSite == SameSite.NONE && !secure) {
            throw new IllegalArgumentException(
                    "sluice.ingest.cookie.same-site=none needs secure=true: browsers drop it");
        }
    }
}
