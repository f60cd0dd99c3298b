package dev.sluice.loader.load;

import dev.sluice.common.Backoff;
import dev.sluice.loader.audit.AuditProperties;
import dev.sluice.loader.login.WarehouseAddress;
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
 * @param username to log in with; empty where the log-in brings one: {@code credentials=secret}, and {@code iam} on Serverless
 * @param password never printed; for {@code credentials=password} only
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
 * @param columns columns of your own, filled from {@code context}: {@code columns[0].name}, {@code columns[0].type} ({@code VARCHAR(n)},
 *     {@code INTEGER}, {@code BIGINT}, {@code DOUBLE PRECISION}, {@code BOOLEAN}, {@code TIMESTAMP}, {@code DATE}), {@code
 *     columns[0].path} and {@code columns[0].tables} ({@code page_views}). Added at the start, never dropped
 * @param credentials {@code password}; {@code iam}: temporary log-ins to the cluster or Serverless workgroup that the host name tells;
 *     {@code secret}: user and password from Secrets Manager, read again when they are refused
 * @param secretArn of the secret, JSON with {@code username} and {@code password}
 * @param daily {@code page_views_daily}
 * @param slices of the warehouse (nodes times slices per node). When more waits than one load takes, a load takes a multiple of so
 *     many batches, as one slice reads one file at a time; it does not cut files
 * @param audit the continuous proof that nothing is missing
 * @param retention how long what was loaded is kept
 */
@Validated
@ConfigurationProperties(value = "sluice.loader", ignoreUnknownFields = false)
public record LoaderProperties(
        @NotBlank String jdbcUrl,
        @DefaultValue("") String username,
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
        @DefaultValue List<ExtraColumn> columns,
        @DefaultValue("password") Credentials credentials,
        @DefaultValue("") String secretArn,
        @DefaultValue Daily daily,
        @DefaultValue("1") @Min(1) int slices,
        @NestedConfigurationProperty @DefaultValue AuditProperties audit,
        @NestedConfigurationProperty @DefaultValue RetentionProperties retention) {

    /** @param interval how often at most the days of {@code page_views_daily} that changed and are over are counted; 0 is never */
    public record Daily(@DefaultValue("5m") Duration interval) {
        public Daily {
            if (interval.isNegative()) {
                throw new IllegalArgumentException(
                        "sluice.loader.daily.interval must not be negative, not " + interval);
            }
        }
    }

    /** How the loader proves who it is. */
    public enum Credentials {
        /** By {@code username} and {@code password}. */
        PASSWORD,
        /** By the process's AWS credentials, which get it temporary passwords. */
        IAM,
        /** By what lies in Secrets Manager at {@code secret-arn}. */
        SECRET
    }

    private static final String SCHEME = "jdbc:redshift:";
    private static final String SECRET_ARN =
            "arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+";

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
        columns = List.copyOf(columns);
        if (!jdbcUrl.startsWith(SCHEME)) {
            throw new IllegalArgumentException("sluice.loader.jdbc-url must start with " + SCHEME);
        }
        if (jdbcUrl.startsWith(SCHEME + "iam:")) {
            throw new IllegalArgumentException("sluice.loader.jdbc-url must start with " + SCHEME
                    + "//: for temporary log-ins set sluice.loader.credentials=iam");
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
        checkCredentials(credentials, jdbcUrl, username, password, secretArn);
        if (!CopyStatement.isRole(iamRole)) {
            throw new IllegalArgumentException(
                    "sluice.loader.iam-role must be 'default' or a role's ARN, not " + iamRole);
        }
        requirePositive("window", window);
        if (maxWindow.compareTo(window) < 0) {
            throw new IllegalArgumentException(
                    "sluice.loader.max-window is at least window, not " + maxWindow + " and " + window);
        }
        if (slices > maxBatches) {
            throw new IllegalArgumentException(
                    "sluice.loader.slices is at most max-batches, not " + slices + " and " + maxBatches);
        }
        requirePositive("dedup-window", dedupWindow);
        requirePositive("statement-timeout", statementTimeout);
        requirePositive("stop-timeout", stopTimeout);
        for (int i = 0; i < columns.size(); i++) {
            if (columns.subList(0, i).stream().anyMatch(columns.get(i)::clashesWith)) {
                throw new IllegalArgumentException(
                        "sluice.loader.columns: " + columns.get(i).name() + " is there twice");
            }
        }
        retention.requireLedgerOutlives("sluice.loader.dedup-window", dedupWindow);
    }

    @Override
    public String toString() {
        return "LoaderProperties[" + jdbcUrl + " as " + username + " by " + credentials + ", window " + window + "]";
    }

    /** Refuses what would not be used, too: whoever sets it believes that it is. */
    private static void checkCredentials(
            Credentials credentials, String jdbcUrl, String username, String password, String secretArn) {
        boolean named = switch (credentials) {
            case PASSWORD -> true;
            case IAM -> WarehouseAddress.of(jdbcUrl).kind() == WarehouseAddress.Kind.CLUSTER;
            case SECRET -> false;
        };
        if (username.isBlank() == named) {
            throw new IllegalArgumentException("sluice.loader.username is " + (named ? "missing" : "not used")
                    + " with credentials=" + credentials.name().toLowerCase(Locale.ROOT));
        }
        if (credentials != Credentials.PASSWORD && !password.isEmpty()) {
            throw new IllegalArgumentException("sluice.loader.password is for sluice.loader.credentials=password");
        }
        if (credentials == Credentials.SECRET ? !secretArn.matches(SECRET_ARN) : !secretArn.isEmpty()) {
            throw new IllegalArgumentException(
                    "sluice.loader.secret-arn is a secret's ARN, for sluice.loader.credentials=secret");
        }
    }

    private static void requirePositive(String key, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException("sluice.loader." + key + " must be positive, not " + value);
        }
    }

    /** Whether the driver speaks TLS, and makes sure to whom. */
    public boolean overTls() {
        return overTls(jdbcUrl);
    }

    static boolean overTls(String jdbcUrl) {
        return !jdbcUrl.toLowerCase(Locale.ROOT).contains("ssl=false");
    }

    /** A name without a domain is a container's in the same network; no Redshift has one. */
    private static boolean isOfThisMachine(String jdbcUrl) {
        @Nullable String host = URI.create(jdbcUrl.substring("jdbc:".length())).getHost();
        return host != null && (host.equals("[::1]") || host.startsWith("127.") || !host.matches(".*[.:].*"));
    }
}
