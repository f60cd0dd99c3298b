package dev.sluice.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SiteListTest {
    private final SiteList sites = new SiteList(List.of("shop", "42"));

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"data":[{"aid":"shop"}]}                                  | true
            {"schema":"x","data":[{"e":"pv","aid":"shop","a":{}}]}     | true
            {"data":[{"aid":"blog"},{"aid":"shop"}]}                   | true
            {"data":[{"aid":42}]}                                      | true
            {"data":[{"aid":"blog"}]}                                  | false
            {"data":[{"aid":"blog"},{"aid":"x"}]}                      | false
            {"data":[{"e":"pv"}]}                                      | false
            {"data":[{"aid":["shop"]}]}                                | false
            {"data":[{"a":{"aid":"shop"}}]}                            | false
            {"data":[{"aid":"shop","aid":"blog"}]}                     | false
            {"data":[{"aid":"blog","aid":"shop"}]}                     | true
            {"aid":"shop","data":[{"aid":"blog"}]}                     | false
            {"data":[{"aid":"shop"}],"data":[{"aid":"blog"}]}          | false
            {"data":["shop"]}                                          | false
            {"data":[[{"aid":"shop"}]]}                                | false
            {"data":[]}                                                | true
            {"data":{}}                                                | true
            {}                                                         | true
            []                                                         | true
            "shop"                                                     | true
            {"data":[{"aid":"blog"                                     | true
            not json                                                   | true
            ~~                                                         | false
            """)
    void hasAnyOf_wantsOneEventOfAKnownSite_andLetsPassWhatBecomesABadRow(String body, boolean known) {
        assertThat(sites.hasAnyOf(body.getBytes(StandardCharsets.UTF_8))).isEqualTo(known);
    }

    @Test
    void hasAnyOf_givesUpWhereTheProcessorDoes() {
        String deep = "{\"x\":" + "[".repeat(100_000) + ",\"data\":[{\"aid\":\"blog\"}]}";
        assertThat(sites.hasAnyOf(deep.getBytes(StandardCharsets.UTF_8))).isTrue();
        String long1 = "{\"data\":[" + "1,".repeat(250_000) + "{\"aid\":\"blog\"}]}";
        assertThat(sites.hasAnyOf(long1.getBytes(StandardCharsets.UTF_8))).isTrue();
    }

    /** The processor reads it with replacement characters, so it must not pass here for what can't be read. */
    @Test
    void hasAnyOf_readsBytesThatAreNoUtf8() {
        byte[] body = "{\"data\":[{\"page\":\"\u00ff\",\"aid\":\"blog\"}]}".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(sites.hasAnyOf(body)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "'',-",
                "e=pv,-",
                "aid=shop,shop",
                "aid=a&aid=b,b",
                "aid=,''",
                "%61id=x,x",
                "aid=a%20b,a b",
                "aid=%zz,''",
                "xaid=1,-"
            })
    void of_readsTheSiteOfAQuery(String query, @Nullable String site) {
        assertThat(SiteList.of(query)).isEqualTo(site);
    }
}
