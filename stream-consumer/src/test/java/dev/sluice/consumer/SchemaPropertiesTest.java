package dev.sluice.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class SchemaPropertiesTest {
    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(SchemaProperties.class)
    static class Only {}

    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Only.class);

    @Test
    void defaults_takeEverything() {
        runner.run(
                context -> assertThat(context.getBean(SchemaProperties.class)).isEqualTo(new SchemaProperties(null)));
    }

    @Test
    void everyKey_isMapped() {
        runner.withPropertyValues("sluice.enrich.schemas.folder=/etc/schemas")
                .run(context -> assertThat(context.getBean(SchemaProperties.class))
                        .isEqualTo(new SchemaProperties(Path.of("/etc/schemas"))));
    }

    @ParameterizedTest
    @CsvSource({"folder, ' '", "folders, /etc"})
    void eachRule_stopsTheStart(String key, String value) {
        runner.withPropertyValues("sluice.enrich.schemas." + key + "=" + value)
                .run(context -> assertThat(context).hasFailed());
    }
}
