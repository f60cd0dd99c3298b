package dev.sluice.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class CampaignPropertiesTest {
    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(CampaignProperties.class)
    static class Only {}

    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Only.class);

    @Test
    void defaults_areTheUsualNames() {
        runner.run(context -> assertThat(context.getBean(CampaignProperties.class))
                .isEqualTo(new CampaignProperties(List.of(), List.of(), List.of(), List.of(), List.of(), Map.of())));
    }

    @Test
    void everyKey_isMapped() {
        runner.withPropertyValues(
                        "sluice.enrich.campaign.source=mtm_source,pk_source",
                        "sluice.enrich.campaign.medium=mtm_medium",
                        "sluice.enrich.campaign.campaign=mtm_campaign",
                        "sluice.enrich.campaign.term=mtm_kwd",
                        "sluice.enrich.campaign.content=mtm_content",
                        "sluice.enrich.campaign.click-ids.irclickid=Impact",
                        "sluice.enrich.campaign.click-ids[my_click]=Acme",
                        "sluice.enrich.campaign.click-ids.epik=")
                .run(context -> assertThat(context.getBean(CampaignProperties.class))
                        .isEqualTo(new CampaignProperties(
                                List.of("mtm_source", "pk_source"),
                                List.of("mtm_medium"),
                                List.of("mtm_campaign"),
                                List.of("mtm_kwd"),
                                List.of("mtm_content"),
                                Map.of("irclickid", "Impact", "my_click", "Acme", "epik", ""))));
    }

    @Test
    void theEnvironment_canNameClickIdsOfLettersAndDigits() {
        runner.withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new SystemEnvironmentPropertySource(
                                "test-systemEnvironment",
                                Map.of(
                                        "SLUICE_ENRICH_CAMPAIGN_CLICKIDS_IRCLICKID", "Impact",
                                        "SLUICE_ENRICH_CAMPAIGN_CAMPAIGN", "mtm_campaign,pk_campaign"))))
                .run(context -> {
                    CampaignProperties properties = context.getBean(CampaignProperties.class);
                    assertThat(properties.clickIds()).isEqualTo(Map.of("irclickid", "Impact"));
                    assertThat(properties.campaign()).containsExactly("mtm_campaign", "pk_campaign");
                });
    }

    @ParameterizedTest
    @CsvSource({
        "source, utm_medium",
        "medium, gclid",
        "campaign, utm_term",
        "term, utm_content",
        "content, 'a, ,b'",
        "click-ids[utm_source], x",
        "click-ids[ ], x",
        "clickid, x"
    })
    void eachRule_stopsTheStart(String key, String value) {
        runner.withPropertyValues("sluice.enrich.campaign." + key + "=" + value)
                .run(context -> assertThat(context).hasFailed());
    }
}
