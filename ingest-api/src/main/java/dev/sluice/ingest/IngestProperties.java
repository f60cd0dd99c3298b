package dev.sluice.ingest;

import dev.sluice.ingest.http.CidrRange;
import dev.sluice.ingest.http.CookieProperties;
import dev.sluice.ingest.http.CorsProperties;
import dev.sluice.ingest.http.GzipProperties;
import dev.sluice.ingest.http.OriginList;
import dev.sluice.ingest.http.PrivacyProperties;
import dev.sluice.ingest.http.RateLimitProperties;
import dev.sluice.ingest.http.RedirectProperties;
import dev.sluice.ingest.http.Routes;
import dev.sluice.ingest.http.ScriptProperties;
import dev.sluice.ingest.journal.Ack;
import dev.sluice.ingest.journal.AuditProperties;
import dev.sluice.ingest.journal.JournalProperties;
import dev.sluice.ingest.send.SendProperties;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The collector. Keys {@code sluice.ingest.*}; one record, because unknown keys can only be refused by the one that has the whole
 * prefix.
 *
 * @param ack when an event is answered by 2xx: {@code JOURNAL} once it is on this node's disk, {@code STREAM} once Kinesis has it
 *     as well, so that without Kinesis nothing is accepted
 * @param maxBody largest body of a request, inflated; a record must hold it together with its headers
 * @param bodiesInFlight bytes of all bodies being received at once
 * @param bodyTimeout how long a body may take to arrive
 * @param maxUri characters of path and query
 * @param maxParameters parameters in the query; trackers send about thirty
 * @param headerTimeout how long the request line and the headers may take to arrive, from their first byte
 * @param trustedProxies address ranges whose {@code X-Forwarded-For} is believed
 * @param aliases more paths that take what the tracker path takes
 * @param siteIds the site ids ({@code aid}) that are recorded; a request none of whose events has one of them is answered by 403.
 *     Empty records all
 * @param origins the origins whose pages may send, like {@code https://shop.example.com}, or {@code https://*.example.com} for all
 *     hosts below one; others are answered by 403. A request that names no origin is let through. Empty lets all send
 * @param recordHead whether HEAD counts as an event
 * @param optOutCookie name of the cookie whose bearer is not recorded; null when there is none
 * @param retryAfter told to clients when there is no room
 * @param acceptTimeout how long a request waits for the journal before it gets 503: less than the 5 s after which trackers give up
 * @param leaveDelay how long requests are still taken after the health check began to fail: longer than the load balancer
 *     needs to notice
 */
@Validated
@ConfigurationProperties(value = "sluice.ingest", ignoreUnknownFields = false)
public record IngestProperties(
        @DefaultValue("JOURNAL") Ack ack,
        @DefaultValue("1000000B") DataSize maxBody,
        @DefaultValue("64MB") DataSize bodiesInFlight,
        @DefaultValue("10s") Duration bodyTimeout,
        @DefaultValue("8KB") DataSize maxUri,
        @DefaultValue("100") int maxParameters,
        @DefaultValue("10s") Duration headerTimeout,
        @DefaultValue({"127.0.0.0/8", "::1/128"}) List<@NotNull String> trustedProxies,
        @DefaultValue List<@NotNull @Pattern(regexp = "(/[0-9A-Za-z._~-]+)+") String> aliases,
        @DefaultValue List<@NotNull @Pattern(regexp = "[0-9A-Za-z._~:@/-]+") String> siteIds,
        @DefaultValue List<@NotNull @Pattern(regexp = OriginList.ENTRY) String> origins,
        @DefaultValue("true") boolean recordHead,
        @Nullable String optOutCookie,
        @DefaultValue("5s") Duration retryAfter,
        @DefaultValue("3s") Duration acceptTimeout,
        @DefaultValue("10s") Duration leaveDelay,
        @NestedConfigurationProperty @DefaultValue @Valid CookieProperties cookie,
        @NestedConfigurationProperty @DefaultValue @Valid CorsProperties cors,
        @NestedConfigurationProperty @DefaultValue @Valid PrivacyProperties privacy,
        @NestedConfigurationProperty @DefaultValue @Valid GzipProperties gzip,
        @NestedConfigurationProperty @DefaultValue @Valid RedirectProperties redirect,
        @NestedConfigurationProperty @DefaultValue @Valid RateLimitProperties rateLimit,
        @NestedConfigurationProperty @DefaultValue @Valid ScriptProperties script,
        @NestedConfigurationProperty @DefaultValue @Valid JournalProperties journal,
        @NestedConfigurationProperty @DefaultValue @Valid AuditProperties audit,
        @NestedConfigurationProperty @DefaultValue @Valid SendProperties send) {

    /** Leaves 48,576 bytes of a record for the headers, of which the server takes 16 KB. */
    private static final long MOST_BODY_BYTES = 1_000_000;

    public IngestProperties {
        trustedProxies = List.copyOf(trustedProxies);
        aliases = List.copyOf(aliases);
        require(
                maxBody.toBytes() >= 1 && maxBody.toBytes() <= MOST_BODY_BYTES,
                "max-body is between 1 and " + MOST_BODY_BYTES + " bytes, not " + maxBody);
        require(bodiesInFlight.toBytes() > maxBody.toBytes(), "bodies-in-flight is more than max-body");
        require(bodyTimeout.isPositive(), "body-timeout is more than 0");
        require(
                maxUri.toBytes() >= 1
                        && maxUri.toBytes() <= DataSize.ofKilobytes(16).toBytes(),
                "max-uri is between 1B and 16KB, as the server's headers are");
        require(retryAfter.toSeconds() >= 1, "retry-after is at least 1s");
        require(acceptTimeout.isPositive(), "accept-timeout is more than 0");
        require(!leaveDelay.isNegative(), "leave-delay is not negative");
        require(maxParameters >= 1, "max-parameters is at least 1");
        require(headerTimeout.isPositive(), "header-timeout is more than 0");
        siteIds = List.copyOf(siteIds);
        origins = List.copyOf(origins);
        require(aliases.stream().noneMatch(Routes.taken()::contains), "aliases cannot be " + Routes.taken());
        require(!aliases.contains(script.path()), "script.path is not one of the aliases");
        trustedProxies.forEach(CidrRange::parse);
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException("sluice.ingest: " + rule);
        }
    }

    List<CidrRange> trustedRanges() {
        return trustedProxies.stream().map(CidrRange::parse).toList();
    }
}
