package dev.sluice.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class UserAgentPropertiesTest {
    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(UserAgentProperties.class)
    static class Only {}

    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Only.class);

    @Test
    void defaults_areOn() {
        runner.run(context -> assertThat(context.getBean(UserAgentProperties.class))
                .isEqualTo(new UserAgentProperties(true, 10_000)));
    }

    @Test
    void everyKey_isMapped() {
        runner.withPropertyValues("sluice.enrich.user-agent.enabled=false", "sluice.enrich.user-agent.cache-entries=7")
                .run(context -> assertThat(context.getBean(UserAgentProperties.class))
                        .isEqualTo(new UserAgentProperties(false, 7)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cache-entries=0", "cache-entries=1000001", "cache-entrys=5"})
    void eachRule_stopsTheStart(String property) {
        runner.withPropertyValues("sluice.enrich.user-agent." + property)
                .run(context -> assertThat(context).hasFailed());
    }
}
