package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.common.table.Table;
import dev.sluice.loader.audit.AuditProperties;
import dev.sluice.loader.load.LoaderProperties.Credentials;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Configuration;

class LoaderPropertiesTest {
    private static final Map<String, String> REQUIRED = Map.of(
            "jdbc-url", "jdbc:redshift://cluster.example.org:5439/dev",
            "username", "loader");

    @Test
    void defaults() {
        LoaderProperties properties = bind(Map.of());
        assertThat(properties)
                .isEqualTo(new LoaderProperties(
                        "jdbc:redshift://cluster.example.org:5439/dev",
                        "loader",
                        "",
                        "default",
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(1),
                        List.of(),
                        Duration.ofDays(1),
                        500,
                        2_000_000,
                        Duration.ofMinutes(10),
                        Duration.ofSeconds(20),
                        new LoaderProperties.Retry(Duration.ofMillis(500), Duration.ofSeconds(30)),
                        List.of(),
                        Credentials.PASSWORD,
                        "",
                        new LoaderProperties.Daily(Duration.ofMinutes(5)),
                        1,
                        new AuditProperties(
                                Duration.ofSeconds(10),
                                Duration.ofHours(1),
                                Duration.ofSeconds(20),
                                Duration.ofMinutes(5),
                                Duration.ofMinutes(1)),
                        new RetentionProperties(
                                null,
                                null,
                                null,
                                Duration.ofDays(90),
                                Duration.ofDays(90),
                                Duration.ofDays(7),
                                Duration.ofDays(1))));
    }

    @Test
    void everyKeyIsMapped() {
        String role = "arn:aws:iam::123456789012:role/x";
        LoaderProperties properties = bind(Map.ofEntries(
                Map.entry("jdbc-url", "jdbc:redshift://127.0.0.1:1/x?ssl=false"),
                Map.entry("username", "u"),
                Map.entry("password", "p"),
                Map.entry("iam-role", role),
                Map.entry("window", "2s"),
                Map.entry("max-window", "9s"),
                Map.entry("quiet[0].begins", "0 0 2 * * SUN"),
                Map.entry("quiet[0].lasts", "3h"),
                Map.entry("dedup-window", "2h"),
                Map.entry("max-batches", "7"),
                Map.entry("max-rows", "8"),
                Map.entry("statement-timeout", "1m"),
                Map.entry("stop-timeout", "3s"),
                Map.entry("retry.first", "1s"),
                Map.entry("retry.most", "2s"),
                Map.entry("daily.interval", "1h"),
                Map.entry("slices", "6"),
                Map.entry("columns[0].name", "tier"),
                Map.entry("columns[0].type", "VARCHAR(9)"),
                Map.entry("columns[0].path", "fields.tier"),
                Map.entry("columns[0].tables", "page_views, events"),
                Map.entry("audit.interval", "3s"),
                Map.entry("audit.window", "4m"),
                Map.entry("audit.late", "2s"),
                Map.entry("audit.grace", "5s"),
                Map.entry("audit.statement-timeout", "6s"),
                Map.entry("retention.page-views", "700d"),
                Map.entry("retention.events", "600d"),
                Map.entry("retention.bad-events", "30d"),
                Map.entry("retention.audit", "50d"),
                Map.entry("retention.ledger", "40d"),
                Map.entry("retention.loaded-objects", "2h"),
                Map.entry("retention.stream", "8d")));
        assertThat(properties)
                .isEqualTo(new LoaderProperties(
                        "jdbc:redshift://127.0.0.1:1/x?ssl=false",
                        "u",
                        "p",
                        role,
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(9),
                        List.of(new LoaderProperties.Quiet("0 0 2 * * SUN", Duration.ofHours(3))),
                        Duration.ofHours(2),
                        7,
                        8,
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(3),
                        new LoaderProperties.Retry(Duration.ofSeconds(1), Duration.ofSeconds(2)),
                        List.of(new ExtraColumn(
                                "tier", "VARCHAR(9)", "fields.tier", Set.of(Table.PAGE_VIEWS, Table.EVENTS))),
                        Credentials.PASSWORD,
                        "",
                        new LoaderProperties.Daily(Duration.ofHours(1)),
                        6,
                        new AuditProperties(
                                Duration.ofSeconds(3),
                                Duration.ofMinutes(4),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(6)),
                        new RetentionProperties(
                                Duration.ofDays(700),
                                Duration.ofDays(600),
                                Duration.ofDays(30),
                                Duration.ofDays(50),
                                Duration.ofDays(40),
                                Duration.ofHours(2),
                                Duration.ofDays(8))));
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc-url, jdbc:postgresql://x/y",
        "jdbc-url, ''",
        "jdbc-url, jdbc:redshift://cluster.example.org:5439/dev?ssl=false",
        "jdbc-url, jdbc:redshift://cluster.example.org:5439/dev?user=a&password=b",
        "username, ''",
        "iam-role, root",
        "jdbc-url, jdbc:redshift:iam://clicks.c1abc.eu-west-1.redshift.amazonaws.com:5439/dev",
        "jdbc-url, jdbc:redshift://cluster.example.org:5439/dev?sslmode=require",
        "audit.interval, 0s",
        "audit.late, 0s",
        "audit.grace, 19s",
        "audit.window, 90s",
        "audit.statement-timeout, 0s",
        "window, 0s",
        "max-window, 4s",
        "dedup-window, -1s",
        "max-batches, 0",
        "max-batches, 5001",
        "max-rows, 0",
        "statement-timeout, 0s",
        "stop-timeout, 0s",
        "slices, 0",
        "slices, 501",
        "daily.interval, -1s",
        "retry.first, 0s",
        "retry.first, 31s",
        "retention.page-views, 23h",
        "retention.events, 23h",
        "retention.bad-events, 23h",
        "retention.audit, 23h",
        "retention.stream, 23h",
        "retention.loaded-objects, 59m",
        "retention.no-such-key, 1",
        "no-such-key, 1"
    })
    void eachRuleRefuses(String key, String value) {
        assertThatThrownBy(() -> bind(Map.of(key, value))).hasStackTraceContaining("sluice.loader");
    }

    /** Whatever brings a batch back must find it in the ledger. */
    @ParameterizedTest
    @CsvSource({"retention.stream, 90d", "retention.loaded-objects, 91d", "dedup-window, 90d", "retention.ledger, 7d"})
    void theLedger_outlivesEveryWayInWhichABatchCanComeBack(String key, String value) {
        assertThatThrownBy(() -> bind(Map.of(key, value)))
                .hasStackTraceContaining("sluice.loader.retention.ledger is more than");
    }

    @ParameterizedTest
    @CsvSource({"0 2 * * SUN, 3h", "often, 3h", "0 0 2 * * SUN, 0s"})
    void aQuietWindow_hasARealBeginningAndLasts(String begins, String lasts) {
        assertThatThrownBy(() -> bind(Map.of("quiet[0].begins", begins, "quiet[0].lasts", lasts)))
                .hasStackTraceContaining("sluice.loader.quiet");
    }

    @Test
    void aColumn_isOfPageViewsAndThereOnce() {
        Map<String, String> one =
                Map.of("columns[0].name", "tier", "columns[0].type", "DATE", "columns[0].path", "fields.tier");
        assertThat(bind(one).columns())
                .containsExactly(new ExtraColumn("tier", "DATE", "fields.tier", Set.of(Table.PAGE_VIEWS)));
        var two = new HashMap<>(one);
        one.forEach((key, value) -> two.put(key.replace("[0]", "[1]"), value));
        assertThatThrownBy(() -> bind(two)).hasStackTraceContaining("tier is there twice");
    }

    @ParameterizedTest
    @CsvSource({
        "iam, clicks.c1abc.eu-west-1.redshift.amazonaws.com, username, loader",
        "iam, clicks.123456789012.eu-west-1.redshift-serverless.amazonaws.com, username, ''",
        "secret, cluster.example.org, secret-arn, arn:aws:secretsmanager:eu-west-1:123456789012:secret:warehouse-AbCdEf"
    })
    void credentials_takeWhatTheyUse(String credentials, String host, String key, String value) {
        var settings = new HashMap<>(
                Map.of("credentials", credentials, "jdbc-url", "jdbc:redshift://" + host + "/dev", "username", ""));
        settings.put(key, value);
        LoaderProperties properties = bind(settings);
        assertThat(properties.credentials()).isEqualTo(Credentials.valueOf(credentials.toUpperCase(Locale.ROOT)));
        assertThat(properties.overTls()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "password, example.org, username, ''",
        "password, example.org, secret-arn, arn:aws:secretsmanager:eu-west-1:123456789012:secret:warehouse-AbCdEf",
        "iam, cluster.example.org, username, loader",
        "iam, clicks.c1abc.eu-west-1.redshift.amazonaws.com, username, ''",
        "iam, clicks.c1abc.eu-west-1.redshift.amazonaws.com, password, word",
        "iam, clicks.123456789012.eu-west-1.redshift-serverless.amazonaws.com, username, loader",
        "secret, example.org, secret-arn, ''",
        "secret, example.org, secret-arn, arn:aws:s3:::warehouse",
        "secret, example.org, username, loader",
        "none, example.org, username, loader"
    })
    void credentials_refuseWhatTheyLackAndWhatTheyDoNotUse(String credentials, String host, String key, String value) {
        var settings =
                new HashMap<>(Map.of("credentials", credentials, "jdbc-url", "jdbc:redshift://" + host + "/dev"));
        settings.put("username", credentials.equals("secret") || host.contains("serverless") ? "" : "loader");
        if (credentials.equals("secret")) {
            settings.put("secret-arn", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:warehouse-AbCdEf");
        }
        settings.put(key, value);
        assertThatThrownBy(() -> bind(settings)).hasStackTraceContaining("sluice.loader");
    }

    @Test
    void overTls_unlessItIsThisMachine() {
        assertThat(bind(Map.of()).overTls()).isTrue();
        assertThat(bind(Map.of("jdbc-url", "jdbc:redshift://localhost:5439/dev?ssl=false"))
                        .overTls())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "[::1]", "redshift"})
    void withoutTls_onThisMachineAndToItsContainers(String host) {
        String url = "jdbc:redshift://" + host + ":5439/dev?ssl=false";
        assertThat(bind(Map.of("jdbc-url", url)).jdbcUrl()).isEqualTo(url);
    }

    @Test
    void toString_keepsThePassword() {
        assertThat(bind(Map.of("password", "secret-word")).toString()).doesNotContain("secret-word");
    }

    private static LoaderProperties bind(Map<String, String> settings) {
        var all = new HashMap<>(REQUIRED);
        all.putAll(settings);
        var bound = new LoaderProperties[1];
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
                .withUserConfiguration(Bound.class)
                .withPropertyValues(all.entrySet().stream()
                        .map(entry -> "sluice.loader." + entry.getKey() + "=" + entry.getValue())
                        .toArray(String[]::new))
                .run(context -> {
                    if (context.getStartupFailure() != null) {
                        throw new IllegalStateException(context.getStartupFailure());
                    }
                    bound[0] = context.getBean(LoaderProperties.class);
                });
        return bound[0];
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(LoaderProperties.class)
    static class Bound {}
}
