package dev.sluice.processor.useragent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.sluice.processor.protocol.JsonReader;
import dev.sluice.processor.protocol.JsonValue;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CachedUserAgentsTest {
    private static final Set<String> DEVICES = Set.of(
            "desktop", "phone", "tablet", "mobile", "tv", "console", "watch", "reader", "headset", "car", "home",
            "bot");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                        Chrome | 142 | Windows |  | desktop | false | Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36
                        Chrome | 142 | macOS | >=10.15.7 | desktop | false | Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36
                        Chrome | 142 | Linux |  | desktop | false | Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36
                        Chrome | 142 | Chrome OS | 142 | desktop | false | Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36
                        Firefox | 144.0 | Windows | >=10 | desktop | false | Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0
                        Firefox | 144.0 | macOS | >=10.15.7 | desktop | false | Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:144.0) Gecko/20100101 Firefox/144.0
                        Firefox | 144.0 | Ubuntu |  | desktop | false | Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0
                        Safari | 18.5 | macOS | >=10.15.7 | desktop | false | Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15
                        Edge | 142 | Windows | >=10 | desktop | false | Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0
                        Opera | 124.0.0.0 | Windows |  | desktop | false | Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 OPR/124.0.0.0
                        Internet Explorer | 11.0 | Windows | 7 | desktop | false | Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko
                        Safari | 18.5 | iOS | 18.5 | phone | false | Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1
                        Chrome | 142.0.7444.46 | iOS | 18.5 | phone | false | Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0.7444.46 Mobile/15E148 Safari/604.1
                        Safari | 16.6 | iOS | 16.6 | tablet | false | Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1
                        Chrome | 142 | Android |  | phone | false | Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36
                        Chrome Webview | 127.0.6533.103 | Android | 15 | phone | false | Mozilla/5.0 (Linux; Android 15; SM-S931B Build/AP3A.240905.015.A2; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/127.0.6533.103 Mobile Safari/537.36
                        Chrome | 119 | Android | 13 | tablet | false | Mozilla/5.0 (Linux; Android 13; SM-X906C Build/QP1A.190711.020) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Safari/537.36
                        Firefox | 144.0 | Android | 15 | phone | false | Mozilla/5.0 (Android 15; Mobile; rv:144.0) Gecko/144.0 Firefox/144.0
                        Safari | 6.0 | Tizen | 6.0 | tv | false | Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) AppleWebKit/538.1 (KHTML, like Gecko) Version/6.0 TV Safari/538.1
                        DMOST | 2.0.0 | WebOS |  | tv | false | Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/94.0.4606.128 Safari/537.36 DMOST/2.0.0 (; LGE; webOSTV; WEBOS6.3.2 03.34.95; W6_lm21a;)
                        Chrome | 31.0.1650.0 |  |  | tv | false | Mozilla/5.0 (CrKey armv7l 1.5.16041) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/31.0.1650.0 Safari/537.36
                        Safari | 13.0 | PS5 OS | 2.26 | console | false | Mozilla/5.0 (PlayStation; PlayStation 5/2.26) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.0 Safari/605.1.15
                        Edge |  | Windows | 10.0 | console | false | Mozilla/5.0 (Windows NT 10.0; Win64; x64; Xbox; Xbox Series X) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/48.0.2564.82 Safari/537.36 Edge/20.02
                        Kindle | 3.0 | FireOS |  | reader | false | Mozilla/5.0 (X11; Linux armv7l like Android; Kindle/3.0+) AppleWebKit/531.2+ (KHTML, like Gecko) Version/5.0 Safari/533.2+ Kindle/3.0+
                        OculusBrowser | 33.0.0.0 | Linux |  | headset | false | Mozilla/5.0 (X11; Linux x86_64; Quest 3) AppleWebKit/537.36 (KHTML, like Gecko) OculusBrowser/33.0.0.0 Chrome/124.0.6367.118 VR Safari/537.36
                        Safari | 2.3 | Tizen | 2.3 | phone | false | Mozilla/5.0 (Linux; Tizen 2.3; SAMSUNG SM-R730A) AppleWebKit/537.3 (KHTML, like Gecko) Version/2.3 Mobile Safari/537.3
                        Googlebot | 2.1 |  |  | bot | true | Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
                        Googlebot | 2.1 |  |  | bot | true | Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
                        Bingbot | 2.0 |  |  | bot | true | Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36
                        Curl | 8.5.0 |  |  | bot | true | curl/8.5.0
                        Python-Requests | 2.32.3 |  |  | bot | true | python-requests/2.32.3
                        Wget | 1.21.4 |  |  | bot | true | Wget/1.21.4
                        Go http client | 1.1 |  |  | bot | true | Go-http-client/1.1
                        GPTBot | 1.2 |  |  | bot | true | Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)
                        ClaudeBot | 1.0 |  |  | bot | true | Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)
                        Chrome | 142.0.0.0 | Linux |  | desktop | true | Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/142.0.0.0 Safari/537.36
                        Facebookexternalhit | 1.1 |  |  | bot | true | facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)
                        Java-http-client | 25.0.1 |  |  | bot | true | Java-http-client/25.0.1
                        Instagram | 356.0.0.28.101 | iOS | 18.1 | phone | false | Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/22B83 Instagram 356.0.0.28.101 (iPhone15,2; iOS 18_1; en_US; en; scale=3.00; 1179x2556; 659642420; IABMV/1)
                         |  |  |  | bot | true | -
                        Netscape | 5.0 |  |  |  | false | Mozilla/5.0
                        Asdf Qwer | 1234 |  |  |  | false | asdf qwer 1234
                         |  |  |  | bot | true | "'; DROP TABLE page_views; --"
                        """)
    void of_tellsWhatItIs(
            @Nullable String browser,
            @Nullable String version,
            @Nullable String os,
            @Nullable String osVersion,
            @Nullable String device,
            boolean bot,
            String userAgent) {
        boolean listed = !DeviceClasses.BOT.equals(device) && bot;
        assumeThatTheListIsHere(listed);
        assertThat(TestUserAgents.SHARED.of(userAgent))
                .isEqualTo(new UserAgentFacts(browser, version, os, osVersion, device, bot));
    }

    private static void assumeThatTheListIsHere(boolean needed) {
        boolean missing = TestUserAgents.SHARED.crawlersVersion().isEmpty();
        if (needed && missing) {
            System.out.println("SKIPPED: built without the list of crawlers, which npm brings");
        }
        assumeFalse(needed && missing, "built without the list of crawlers, which npm brings");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t "})
    void of_nothing_isABot(String userAgent) {
        assertThat(TestUserAgents.SHARED.of(userAgent)).isEqualTo(UserAgentFacts.UNKNOWN.asBot());
    }

    @Test
    void of_whatNoBrowserWrites_isABot_andNotTakenApart() {
        for (String hostile : List.of(
                "Mozilla/5.0 " + "(A/1 ".repeat(4) + ")".repeat(4),
                "Mozilla/5.0 " + "(A/1) ".repeat(9),
                "w ".repeat(60),
                "a[{(".repeat(100))) {
            assertThat(TestUserAgents.SHARED.of(hostile)).isEqualTo(UserAgentFacts.UNKNOWN.asBot());
        }
    }

    @Test
    void of_whatIsTooLong_isAsItsBeginning() {
        String begin = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0 ";
        String cut = begin + "x".repeat(UserAgentParser.MAX_CHARS - begin.length());
        var facts = TestUserAgents.SHARED.of(cut + "y".repeat(10_000) + " Googlebot/2.1");
        assertThat(facts).isEqualTo(TestUserAgents.SHARED.of(cut));
        assertThat(facts.osName()).isEqualTo("Windows");
    }

    @Test
    void everyKnownCrawler_isABot() throws Exception {
        assumeThatTheListIsHere(true);
        var people = new ArrayList<String>();
        int crawlers = 0;
        for (String instance : instances()) {
            crawlers++;
            if (!TestUserAgents.SHARED.of(instance).bot()) {
                people.add(instance);
            }
        }
        assertThat(crawlers).isGreaterThan(1_000);
        assertThat(people).isEmpty();
    }

    private static List<String> instances() throws Exception {
        try (var in = Objects.requireNonNull(CrawlerList.class.getResourceAsStream("crawlers/crawlers.json"))) {
            var instances = new ArrayList<String>();
            var list = (JsonValue.Arr) JsonReader.read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            for (JsonValue entry : list.items()) {
                if (((JsonValue.Obj) entry).members().get("instances") instanceof JsonValue.Arr(var items)) {
                    items.forEach(item -> instances.add(((JsonValue.Text) item).value()));
                }
            }
            return instances;
        }
    }

    @Test
    void of_neverThrows_andSaysTheSameAgain() {
        long seed = Long.getLong("sluice.trial.seed", 20_261_123L);
        var random = new Random(seed);
        List<String> seeds = List.of(
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1",
                "curl/8.5.0",
                "\u0000\ud800\udc00\ud800 é✓ %s ${jndi:x} {{}} \\ \" ' ; <a> ");
        // The second has another memory, which two user agents overflow.
        try (var forgetful = TestUserAgents.with(1, CrawlerList.builtIn(), new SimpleMeterRegistry())) {
            for (int i = 0; i < 600; i++) {
                String userAgent = mutate(seeds.get(random.nextInt(seeds.size())), random);
                UserAgentFacts facts = TestUserAgents.SHARED.of(userAgent);
                assertThat(facts.deviceClass())
                        .as("seed %d, %s", seed, userAgent)
                        .satisfiesAnyOf(
                                device -> assertThat(device).isNull(),
                                device -> assertThat(device).isIn(DEVICES));
                if (i % 4 == 0) {
                    assertThat(forgetful.of(userAgent)).as("seed %d", seed).isEqualTo(facts);
                }
            }
        }
    }

    private static String mutate(String text, Random random) {
        var out = new StringBuilder(text);
        for (int edits = 1 + random.nextInt(20); edits > 0; edits--) {
            int at = random.nextInt(out.length() + 1);
            switch (random.nextInt(4)) {
                case 0 -> out.insert(at, (char) random.nextInt(0x10000));
                case 1 -> out.insert(at, "/();,[]{}+ \"%:\\".charAt(random.nextInt(15)));
                case 2 -> out.insert(at, text, 0, random.nextInt(text.length()));
                default -> out.setLength(Math.max(1, at));
            }
        }
        return out.toString();
    }

    @Test
    void of_takesEachApartOnce_fromManyThreadsToo() throws Exception {
        var registry = new SimpleMeterRegistry();
        try (var agents = TestUserAgents.with(100, CrawlerList.NONE, registry);
                var threads = Executors.newFixedThreadPool(4)) {
            agents.start();
            Callable<Boolean> ask = () -> {
                for (int i = 0; i < 1_000; i++) {
                    assertThat(agents.of("curl/8." + i % 10).browserVersion()).isEqualTo("8." + i % 10);
                }
                return true;
            };
            for (var asked : threads.invokeAll(List.of(ask, ask, ask, ask))) {
                assertThat(asked.get()).isTrue();
            }
        }
        assertThat(count(registry, "miss")).isEqualTo(10);
        assertThat(count(registry, "hit")).isEqualTo(3_990);
    }

    private static double count(SimpleMeterRegistry registry, String result) {
        return registry.get("sluice.enrich.user-agent.cache")
                .tag("result", result)
                .counter()
                .count();
    }

    @Test
    void of_failsTheFrame_notTheEvent_whenTheRulesCannotBeRead() {
        var agents = new CachedUserAgents(
                1,
                CrawlerList.NONE,
                () -> {
                    throw new IllegalStateException("no rules");
                },
                new SimpleMeterRegistry());
        assertThatThrownBy(() -> agents.of("x"))
                .isInstanceOf(Error.class)
                .isNotInstanceOf(StackOverflowError.class)
                .hasRootCauseMessage("no rules");
    }

    @Test
    void version_namesRulesAndList() {
        assertThat(TestUserAgents.SHARED.version()).matches("yauaa \\d+\\.\\d+\\.\\d+");
        assumeThatTheListIsHere(true);
        assertThat(TestUserAgents.SHARED.crawlersVersion()).matches("crawler-user-agents \\d+\\.\\d+\\.\\d+");
    }
}
