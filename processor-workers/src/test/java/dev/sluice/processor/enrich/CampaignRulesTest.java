package dev.sluice.processor.enrich;

import static dev.sluice.processor.TestHits.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.processor.EnrichmentPipeline;
import dev.sluice.processor.TestHits;
import dev.sluice.processor.geo.Places;
import dev.sluice.processor.useragent.UserAgents;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CampaignRulesTest {
    private static final CampaignRules RULES = new CampaignRules(
            Map.of(
                    "utm_campaign", List.of("mtm_campaign", "Pk_Campaign"),
                    "utm_term", List.of("mtm_kwd"),
                    "utm_source", List.of()),
            Map.of("irclickid", "Impact", "FBCLID", "Meta", "epik", ""));

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "MTM_campaign=a&mtm_kwd=b,             a, b, -, -",
                "pk_campaign=a&utm_campaign=b,         a, -, -, -",
                "utm_campaign=b&pk_campaign=a,         b, -, -, -",
                "mtm_campaign=&pk_campaign=a,          a, -, -, -",
                "irclickid=1,                          -, -, 1, Impact",
                "fbclid=1,                             -, -, 1, Meta",
                "gclid=1,                              -, -, 1, Google",
                "epik=1,                               -, -, -, -",
            })
    void furtherNames_meanTheSame_andNetworksCanBeAddedRenamedAndLeftOut(
            String query,
            @Nullable String campaign,
            @Nullable String term,
            @Nullable String click,
            @Nullable String network) {
        Row row = row(RULES, query);
        assertThat(row.get(Columns.UTM_CAMPAIGN)).isEqualTo(campaign);
        assertThat(row.get(Columns.UTM_TERM)).isEqualTo(term);
        assertThat(row.get(Columns.CLICK_ID)).isEqualTo(click);
        assertThat(row.get(Columns.CLICK_NETWORK)).isEqualTo(network);
    }

    @Test
    void withoutThem_onlyTheUsualNamesCount() {
        Row row = row(CampaignRules.STANDARD, "mtm_campaign=a&irclickid=1");
        assertThat(row.get(Columns.UTM_CAMPAIGN)).isNull();
        assertThat(row.get(Columns.CLICK_ID)).isNull();
    }

    @Test
    void aNameOfTwoMeanings_isRefused() {
        assertThatThrownBy(() ->
                        new CampaignRules(Map.of("utm_term", List.of("kw"), "utm_content", List.of("KW")), Map.of()))
                .hasMessageContaining("kw");
        assertThatThrownBy(() -> new CampaignRules(Map.of("utm_term", List.of("utm_source")), Map.of()))
                .hasMessageContaining("utm_source");
        assertThatThrownBy(() -> new CampaignRules(Map.of("utm_term", List.of("gclid")), Map.of()))
                .hasMessageContaining("gclid");
        assertThatThrownBy(() -> new CampaignRules(Map.of("utm_term", List.of(" ")), Map.of()))
                .hasMessageContaining("utm_term");
        assertThatThrownBy(() -> new CampaignRules(Map.of("utm_terms", List.of("x")), Map.of()))
                .hasMessageContaining("utm_terms");
    }

    private static Row row(CampaignRules rules, String query) {
        var pipeline = new EnrichmentPipeline(
                StandardEnrichers.all(new StandardEnrichers.Parts(
                        new CampaignEnricher(rules), new ReferrerEnricher(List.of()), UserAgents.NONE, Places.NONE)),
                InstantSource.fixed(TestHits.NOW));
        String url = URLEncoder.encode("https://a.example/?" + query, StandardCharsets.UTF_8);
        return pipeline.rows(TestHits.frame(get("e=pv&url=" + url))).getFirst();
    }
}
