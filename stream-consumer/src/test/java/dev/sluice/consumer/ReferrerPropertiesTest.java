package dev.sluice.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class ReferrerPropertiesTest {
    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(ReferrerProperties.class)
    static class Only {}

    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Only.class);

    @Test
    void defaults_knowNoInternalDomains() {
        runner.run(context ->
                assertThat(context.getBean(ReferrerProperties.class)).isEqualTo(new ReferrerProperties(List.of())));
    }

    @Test
    void everyKey_isMapped() {
        runner.withPropertyValues("sluice.enrich.referrer.internal-domains=example.com,pay.example.org")
                .run(context -> assertThat(context.getBean(ReferrerProperties.class))
                        .isEqualTo(new ReferrerProperties(List.of("example.com", "pay.example.org"))));
    }

    @ParameterizedTest
    @CsvSource({
        "internal-domains, https://example.com",
        "internal-domains, example.com/shop",
        "internal-domains, *.example.com",
        "internal-domains, .example.com",
        "internal-domains, 'a.example, ,b.example'",
        "internal-domain, example.com"
    })
    void eachRule_stopsTheStart(String key, String value) {
        runner.withPropertyValues("sluice.enrich.referrer." + key + "=" + value)
                .run(context -> assertThat(context).hasFailed());
    }
}
