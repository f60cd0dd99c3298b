package dev.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.http.CookieProperties;
import dev.sluice.ingest.http.CorsProperties;
import dev.sluice.ingest.http.GzipProperties;
import dev.sluice.ingest.http.PrivacyProperties;
import dev.sluice.ingest.http.RateLimitProperties;
import dev.sluice.ingest.http.RedirectProperties;
import dev.sluice.ingest.http.ScriptProperties;
import dev.sluice.ingest.journal.Ack;
import dev.sluice.ingest.journal.AuditProperties;
import dev.sluice.ingest.journal.JournalProperties;
import dev.sluice.ingest.send.SendProperties;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

/** All keys of the collector, those of its parts included: defaults, every key mapped, each rule broken once. */
class IngestPropertiesTest {
    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(Properties.class);

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(IngestProperties.class)
    static class Properties {}

    @Test
    void defaults() {
        runner.run(context -> {
            var properties = context.getBean(IngestProperties.class);
            assertThat(properties.maxBody()).isEqualTo(DataSize.ofBytes(1_000_000));
            assertThat(properties.bodiesInFlight()).isEqualTo(DataSize.ofMegabytes(64));
            assertThat(properties.bodyTimeout()).isEqualTo(Duration.ofSeconds(10));
            assertThat(properties.maxUri()).isEqualTo(DataSize.ofKilobytes(8));
            assertThat(properties.trustedProxies()).containsExactly("127.0.0.0/8", "::1/128");
            assertThat(properties.trustedRanges()).hasSize(2);
            assertThat(properties.aliases()).isEmpty();
            assertThat(properties.recordHead()).isTrue();
            assertThat(properties.optOutCookie()).isNull();
            assertThat(properties.retryAfter()).isEqualTo(Duration.ofSeconds(5));
            assertThat(properties.acceptTimeout()).isEqualTo(Duration.ofSeconds(3));
            assertThat(properties.leaveDelay()).isEqualTo(Duration.ofSeconds(10));

            var cookie = properties.cookie();
            assertThat(cookie.enabled()).isTrue();
            assertThat(cookie.name()).isEqualTo("sp");
            assertThat(cookie.readableName()).isNull();
            assertThat(cookie.domains()).isEmpty();
            assertThat(cookie.fallbackDomain()).isNull();
            assertThat(cookie.maxAge()).isEqualTo(Duration.ofDays(365));
            assertThat(cookie.secure()).isTrue();
            assertThat(cookie.httpOnly()).isTrue();
            assertThat(cookie.sameSite()).isEqualTo(CookieProperties.SameSite.NONE);

            assertThat(properties.cors().extraHeaders()).isEmpty();
            assertThat(properties.cors().maxAge()).isEqualTo(Duration.ofHours(1));

            assertThat(properties.ack()).isEqualTo(Ack.JOURNAL);
            var journal = properties.journal();
            assertThat(journal.directory()).isEqualTo(Path.of("journal"));
            assertThat(journal.maxBytes()).isEqualTo(DataSize.ofGigabytes(4));
            assertThat(journal.keepFree()).isEqualTo(DataSize.ofGigabytes(1));
            assertThat(journal.segmentBytes()).isEqualTo(DataSize.ofMegabytes(32));
            assertThat(journal.memoryBytes()).isEqualTo(DataSize.ofMegabytes(64));
            assertThat(journal.queueBytes()).isEqualTo(DataSize.ofMegabytes(16));
            assertThat(journal.flushInterval()).isEqualTo(Duration.ofMillis(1));
            assertThat(properties.audit().interval()).isEqualTo(Duration.ofSeconds(10));
            assertThat(properties.privacy().dnt()).isEqualTo(PrivacyProperties.Policy.HONOUR);
            assertThat(properties.privacy().gpc()).isEqualTo(PrivacyProperties.Policy.HONOUR);

            assertThat(properties.gzip().enabled()).isTrue();
            assertThat(properties.gzip().maxRatio()).isEqualTo(20);
            assertThat(properties.gzip().ratioFrom()).isEqualTo(DataSize.ofKilobytes(64));

            assertThat(properties.maxParameters()).isEqualTo(100);
            assertThat(properties.headerTimeout()).isEqualTo(Duration.ofSeconds(10));
            assertThat(properties.siteIds()).isEmpty();
            assertThat(properties.origins()).isEmpty();
            assertThat(properties.redirect().enabled()).isFalse();
            assertThat(properties.redirect().domains()).isEmpty();
            assertThat(properties.redirect().ports()).isEmpty();
            assertThat(properties.rateLimit().enabled()).isFalse();
            assertThat(properties.rateLimit().perSecond()).isEqualTo(200);
            assertThat(properties.rateLimit().burst()).isEqualTo(2_000);
            assertThat(properties.rateLimit().maxAddresses()).isEqualTo(100_000);
            assertThat(properties.script().path()).isEqualTo("/sp.js");

            var send = properties.send();
            assertThat(send.stream()).isEqualTo("sluice");
            assertThat(send.linger()).isEqualTo(Duration.ofMillis(150));
            assertThat(send.frameBytes()).isEqualTo(DataSize.ofKilobytes(200));
            assertThat(send.frameHits()).isEqualTo(500);
            assertThat(send.callBytes()).isEqualTo(DataSize.ofMegabytes(1));
            assertThat(send.inFlight()).isEqualTo(4);
            assertThat(send.backoffFirst()).isEqualTo(Duration.ofMillis(100));
            assertThat(send.backoffMost()).isEqualTo(Duration.ofSeconds(5));
            assertThat(send.drainTimeout()).isEqualTo(Duration.ofSeconds(20));
        });
    }

    @Test
    void everyKey_isMapped() {
        String[] keys = {
            "max-body=2KB",
            "bodies-in-flight=3MB",
            "body-timeout=4s",
            "max-uri=5KB",
            "max-parameters=23",
            "header-timeout=24s",
            "trusted-proxies=10.0.0.0/8",
            "aliases=/a/b,/c",
            "site-ids=shop,blog",
            "origins=https://a.example,http://*.b.example:8080",
            "record-head=false",
            "opt-out-cookie=no",
            "retry-after=6s",
            "accept-timeout=7s",
            "leave-delay=8s",
            "cookie.enabled=false",
            "cookie.name=id",
            "cookie.readable-name=seen",
            "cookie.domains=example.com",
            "cookie.fallback-domain=example.net",
            "cookie.max-age=9d",
            "cookie.secure=false",
            "cookie.http-only=false",
            "cookie.same-site=strict",
            "cors.extra-headers=X-A",
            "cors.max-age=10s",
            "ack=stream",
            "journal.directory=/x/y",
            "journal.max-bytes=111MB",
            "journal.keep-free=12MB",
            "journal.segment-bytes=13MB",
            "journal.memory-bytes=14MB",
            "journal.queue-bytes=15MB",
            "journal.flush-interval=16ms",
            "audit.interval=23s",
            "privacy.dnt=refuse",
            "privacy.gpc=ignore",
            "gzip.enabled=false",
            "gzip.max-ratio=21",
            "gzip.ratio-from=22KB",
            "redirect.enabled=true",
            "redirect.domains=example.com,example.net",
            "redirect.ports=8443",
            "rate-limit.enabled=true",
            "rate-limit.per-second=25",
            "rate-limit.burst=26",
            "rate-limit.max-addresses=27",
            "script.path=/a/b.js",
            "send.stream=other",
            "send.linger=13ms",
            "send.frame-bytes=14KB",
            "send.frame-hits=15",
            "send.call-bytes=16KB",
            "send.in-flight=17",
            "send.backoff-first=18ms",
            "send.backoff-most=19s",
            "send.drain-timeout=20m",
        };
        runner.withPropertyValues(prefixed(keys))
                .run(context -> assertThat(context.getBean(IngestProperties.class)
                                .toString()
                                .toLowerCase(Locale.ROOT))
                        .isEqualTo(new IngestProperties(
                                        Ack.STREAM,
                                        DataSize.ofKilobytes(2),
                                        DataSize.ofMegabytes(3),
                                        Duration.ofSeconds(4),
                                        DataSize.ofKilobytes(5),
                                        23,
                                        Duration.ofSeconds(24),
                                        List.of("10.0.0.0/8"),
                                        List.of("/a/b", "/c"),
                                        List.of("shop", "blog"),
                                        List.of("https://a.example", "http://*.b.example:8080"),
                                        false,
                                        "no",
                                        Duration.ofSeconds(6),
                                        Duration.ofSeconds(7),
                                        Duration.ofSeconds(8),
                                        new CookieProperties(
                                                false,
                                                "id",
                                                "seen",
                                                List.of("example.com"),
                                                "example.net",
                                                Duration.ofDays(9),
                                                false,
                                                false,
                                                CookieProperties.SameSite.STRICT),
                                        new CorsProperties(List.of("X-A"), Duration.ofSeconds(10)),
                                        new PrivacyProperties(
                                                PrivacyProperties.Policy.REFUSE, PrivacyProperties.Policy.IGNORE),
                                        new GzipProperties(false, 21, DataSize.ofKilobytes(22)),
                                        new RedirectProperties(
                                                true, List.of("example.com", "example.net"), List.of(8443)),
                                        new RateLimitProperties(true, 25, 26, 27),
                                        new ScriptProperties("/a/b.js"),
                                        new JournalProperties(
                                                Path.of("/x/y"),
                                                DataSize.ofMegabytes(111),
                                                DataSize.ofMegabytes(12),
                                                DataSize.ofMegabytes(13),
                                                DataSize.ofMegabytes(14),
                                                DataSize.ofMegabytes(15),
                                                Duration.ofMillis(16)),
                                        new AuditProperties(Duration.ofSeconds(23)),
                                        new SendProperties(
                                                "other",
                                                Duration.ofMillis(13),
                                                DataSize.ofKilobytes(14),
                                                15,
                                                DataSize.ofKilobytes(16),
                                                17,
                                                Duration.ofMillis(18),
                                                Duration.ofSeconds(19),
                                                Duration.ofMinutes(20)))
                                .toString()
                                .toLowerCase(Locale.ROOT)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-body=0B",
                "max-body=1000001B",
                "bodies-in-flight=1000000B",
                "body-timeout=0s",
                "max-uri=0B",
                "max-uri=17KB",
                "trusted-proxies=10.0.0.0/40",
                "trusted-proxies=proxy.example.com",
                "aliases=no-slash",
                "aliases=/a b",
                "aliases=/health",
                "retry-after=999ms",
                "accept-timeout=0s",
                "leave-delay=-1s",
                "cookie.name=a b",
                "cookie.domains=.example.com",
                "cookie.domains=exa;mple.com",
                "cookie.fallback-domain=exa mple",
                "cookie.max-age=0s",
                "cookie.secure=false",
                "cookie.same-site=loose",
                "cors.extra-headers=a b",
                "cors.max-age=-1s",
                "ack=memory",
                "journal.directory=",
                "journal.max-bytes=63MB",
                "journal.keep-free=-1B",
                "journal.segment-bytes=3MB",
                "journal.memory-bytes=7MB",
                "journal.queue-bytes=1MB",
                "journal.flush-interval=-1ms",
                "journal.flush-interval=101ms",
                "audit.interval=999ms",
                "audit.interval=601s",
                "privacy.dnt=maybe",
                "privacy.gpc=",
                "privacy.typo=1",
                "gzip.max-ratio=1",
                "gzip.ratio-from=-1B",
                "gzip.typo=1",
                "max-parameters=0",
                "header-timeout=0s",
                "site-ids=a b",
                "site-ids=a%20b",
                "origins=shop.example.com",
                "origins=https://shop.example.com/",
                "origins=*",
                "origins=https://*",
                "aliases=/i",
                "aliases=/r/tp2",
                "aliases=/com.snowplowanalytics.iglu/v1",
                "aliases=/sp.js",
                "cookie.readable-name=sp",
                "cookie.readable-name=a b",
                "redirect.enabled=true",
                "redirect.domains=https://example.com",
                "redirect.ports=0",
                "redirect.ports=65536",
                "redirect.typo=1",
                "rate-limit.per-second=0",
                "rate-limit.per-second=1000001",
                "rate-limit.burst=0",
                "rate-limit.max-addresses=0",
                "rate-limit.typo=1",
                "script.path=sp.js",
                "script.path=/sp",
                "script.path=/a b.js",
                "script.typo=1",
                "send.stream=",
                "send.linger=-1ms",
                "send.frame-bytes=0B",
                "send.frame-bytes=1MB",
                "send.frame-hits=0",
                "send.frame-hits=100001",
                "send.call-bytes=0B",
                "send.call-bytes=5MB",
                "send.in-flight=0",
                "send.in-flight=257",
                "send.backoff-first=0s",
                "send.backoff-most=1ms",
                "send.drain-timeout=-1s",
                "typo=1",
                "send.typo=1",
                "cookie.typo=1",
            })
    void aBrokenRule_stopsTheStart(String key) {
        runner.withPropertyValues(prefixed(key))
                .run(context -> assertThat(context).hasFailed());
    }

    private static String[] prefixed(String... keys) {
        return List.of(keys).stream().map(key -> "sluice.ingest." + key).toArray(String[]::new);
    }
}
