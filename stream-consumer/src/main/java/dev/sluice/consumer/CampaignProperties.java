package dev.sluice.consumer;

import dev.sluice.processor.enrich.CampaignRules;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What names a campaign in a page's URL besides what everybody uses. Keys {@code sluice.enrich.campaign.*}; names count
 * in any case, and of several in one URL the first.
 *
 * @param source further names of {@code utm_source}, such as {@code mtm_source}
 * @param medium further names of {@code utm_medium}
 * @param campaign further names of {@code utm_campaign}
 * @param term further names of {@code utm_term}
 * @param content further names of {@code utm_content}
 * @param clickIds parameter to network, over the usual ones; an empty network takes a usual one off the list. A name with
 *     an underscore needs brackets ({@code "[my_click]": Acme}) and can't be given by an environment variable
 */
@Validated
@ConfigurationProperties(value = "sluice.enrich.campaign", ignoreUnknownFields = false)
record CampaignProperties(
        @DefaultValue List<String> source,
        @DefaultValue List<String> medium,
        @DefaultValue List<String> campaign,
        @DefaultValue List<String> term,
        @DefaultValue List<String> content,
        @DefaultValue Map<String, String> clickIds) {
    CampaignProperties {
        source = List.copyOf(source);
        medium = List.copyOf(medium);
        campaign = List.copyOf(campaign);
        term = List.copyOf(term);
        content = List.copyOf(content);
        clickIds = Map.copyOf(clickIds);
        clickIds.keySet().forEach(name -> {
            if (name.isBlank()) {
                throw new IllegalArgumentException("sluice.enrich.campaign.click-ids has a parameter without a name");
            }
        });
        try {
            rules(source, medium, campaign, term, content, clickIds);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("sluice.enrich.campaign: " + e.getMessage(), e);
        }
    }

    CampaignRules rules() {
        return rules(source, medium, campaign, term, content, clickIds);
    }

    private static CampaignRules rules(
            List<String> source,
            List<String> medium,
            List<String> campaign,
            List<String> term,
            List<String> content,
            Map<String, String> clickIds) {
        return new CampaignRules(
                Map.of(
                        "utm_source", source,
                        "utm_medium", medium,
                        "utm_campaign", campaign,
                        "utm_term", term,
                        "utm_content", content),
                clickIds);
    }
}
