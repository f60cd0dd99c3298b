package dev.sluice.loader.load;

import dev.sluice.common.Backoff;
import dev.sluice.loader.audit.AuditProperties;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.scheduling.support.CronExpression;
import org.springframework.validation.annotation.Validated;

/**
 * How staged batches get into the warehouse. Keys {@code sluice.loader.*}.
 *
 * @param jdbcUrl {@code jdbc:redshift://host:port/database}, over TLS with the host's name checked; without TLS ({@code ssl=false}) only on this machine
 *     or between containers of one network, whose names have no domain
 * @param username to log in with
 * @param password never printed
 * @param iamRole what COPY reads the bucket as: a role's ARN, or {@code default} for the cluster's own
 * @param window a load starts this long after the one before it did, or at once when that one left batches over
 * @param maxWindow up to so long when loads are slow: the warehouse rests a quarter as long as the last one took
 * @param quiet times in which nothing is loaded, while staging goes on: {@code quiet[0].begins=0 0 2 * * SUN} (cron, UTC) and {@code
 *     quiet[0].lasts=2h}
 * @param dedupWindow a browser's repeat is found when it was received within this time of the first. Every load reads that much of
 *     the table's ids: a day is 144 million rows at 100,000 events a minute
 * @param maxBatches most batches in one load
 * @param maxRows most rows in one load, but for a single larger batch
 * @param statementTimeout most time for one statement, waiting for another loader included
 * @param stopTimeout how long a stop waits for a load that is under way before it breaks it off; nothing is lost by that
 * @param retry how long to wait after a failure
 * @param audit the continuous proof that nothing is missing
 */
@Validated
@ConfigurationProperties(value = "sluice.loader", ignoreUnknownFields = false)
public record LoaderProperties(
        @NotBlank String jdbcUrl,
        @NotBlank String username,
        @DefaultValue("") String password,
        @DefaultValue("default") String iamRole,
        @DefaultValue("5s") Duration window,
        @DefaultValue("1m") Duration maxWindow,
        @DefaultValue List<Quiet> quiet,
        @DefaultValue("1d") Duration dedupWindow,
        @DefaultValue("500") @Min(1) @Max(5000) int maxBatches,
        @DefaultValue("2000000") @Min(1) long maxRows,
        @DefaultValue("10m") Duration statementTimeout,
        @DefaultValue("20s") Duration stopTimeout,
        @DefaultValue Retry retry,
        @NestedConfigurationProperty @DefaultValue AuditProperties audit) {

    private static final String SCHEME = "jdbc:redshift:";

    /**
     * @param first the ceiling of the first wait after a failure
     * @param most the ceiling of any wait
     */
    public record Retry(
            @DefaultValue("500ms") Duration first,
            @DefaultValue("30s") Duration most) {
        public Retry {
            if (!first.isPositive() || most.compareTo(first) < 0) {
                throw new IllegalArgumentException(
                        "sluice.loader.retry: 0 < first <= most, not " + first + " and " + most);
            }
        }

        Backoff backoff() {
            return new Backoff(first, most);
        }
    }

    /**
     * @param begins cron expression of six fields, from seconds to day of the week, in UTC
     * @param lasts from each beginning
     */
    public record Quiet(String begins, Duration lasts) {
        public Quiet {
            if (!CronExpression.isValidExpression(begins)) {
                throw new IllegalArgumentException("sluice.loader.quiet: begins is a cron expression of six fields such"
                        + " as '0 0 2 * * SUN', not " + begins);
            }
            if (!lasts.isPositive()) {
                throw new IllegalArgumentException("sluice.loader.quiet: lasts must be positive, not " + lasts);
            }
        }
    }

    public LoaderProperties {
        quiet = List.copyOf(quiet);
        if (!jdbcUrl.startsWith(SCHEME)) {
            throw new IllegalArgumentException("sluice.loader.jdbc-url must start with " + SCHEME);
        }
        if (jdbcUrl.toLowerCase(Locale.ROOT).matches(".*[?&;]password=.*")) {
            throw new IllegalArgumentException(
                    "sluice.loader.jdbc-url must not hold the password: set sluice.loader.password");
        }
        if (jdbcUrl.toLowerCase(Locale.ROOT).contains("ssl=false") && !isOfThisMachine(jdbcUrl)) {
            throw new IllegalArgumentException(
                    "sluice.loader.jdbc-url: ssl=false is for this machine and its containers only");
        }
        if (jdbcUrl.toLowerCase(Locale.ROOT).matches(".*[?&;]sslmode=(?!verify-full).*")) {
            throw new IllegalArgumentException("sluice.loader.jdbc-url: sslmode is verify-full, or left out");
        }
        if (!CopyStatement.isRole(iamRole)) {
            throw new IllegalArgumentException(
                    "sluice.loader.iam-role must be 'default' or a role's ARN, not " + iamRole);
        }
        requirePositive("window", window);
        if (maxWindow.compareTo(window) < 0) {
            throw new IllegalArgumentException(
                    "sluice.loader.max-window is at least window, not " + maxWindow + " and " + window);
        }
        requirePositive("dedup-window", dedupWindow);
        requirePositive("statement-timeout", statementTimeout);
        requirePositive("stop-timeout", stopTimeout);
    }

    @Override
    public String toString() {
        return "LoaderProperties[" + jdbcUrl + " as " + username + ", window " + window + "]";
    }

    private static void requirePositive(String key, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException("sluice.loader." + key + " must be positive, not " + value);
        }
    }

    /** Whether the driver speaks TLS, and makes sure to whom. */
    boolean overTls() {
        return !jdbcUrl.toLowerCase(Locale.ROOT).contains("ssl=false");
    }

    /** A name without a domain is a container's in the same network; no Redshift has one. */
    private static boolean isOfThisMachine(String jdbcUrl) {
        @Nullable String host = URI.create(jdbcUrl.substring("jdbc:".length())).getHost();
        return host != null && (host.equals("[::1]") || host.startsWith("127.") || !host.matches(".*[.:].*"));
    }
}
