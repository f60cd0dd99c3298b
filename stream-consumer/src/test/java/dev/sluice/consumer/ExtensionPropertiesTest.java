package dev.sluice.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.processor.ExtensionSettings.OnFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class ExtensionPropertiesTest {
    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(ExtensionProperties.class)
    static class Only {}

    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Only.class);

    @Test
    void defaults_runNone() {
        runner.run(context -> assertThat(context.getBean(ExtensionProperties.class))
                .isEqualTo(new ExtensionProperties(
                        null, List.of(), OnFailure.BAD_ROW, Duration.ofSeconds(1), 5, Duration.ofMinutes(1))));
    }

    @Test
    void everyKey_isMapped() {
        runner.withPropertyValues(
                        "sluice.enrich.extensions.folder=/x",
                        "sluice.enrich.extensions.order=b,a",
                        "sluice.enrich.extensions.on-failure=skip",
                        "sluice.enrich.extensions.timeout=2s",
                        "sluice.enrich.extensions.max-timeouts=3",
                        "sluice.enrich.extensions.retry-after=4s")
                .run(context -> assertThat(context.getBean(ExtensionProperties.class))
                        .isEqualTo(new ExtensionProperties(
                                Path.of("/x"),
                                List.of("b", "a"),
                                OnFailure.SKIP,
                                Duration.ofSeconds(2),
                                3,
                                Duration.ofSeconds(4))));
    }

    @Test
    void anOrderWithoutAFolder_stopsTheStart() {
        runner.withPropertyValues("sluice.enrich.extensions.order=a")
                .run(context -> assertThat(context).hasFailed());
    }

    @ParameterizedTest
    @CsvSource({
        "folder, ' '",
        "order, 'a,b,a'",
        "on-failure, stop",
        "timeout, 0s",
        "max-timeouts, 0",
        "max-timeouts, 101",
        "retry-after, 0s",
        "names, a"
    })
    void eachRule_stopsTheStart(String key, String value) {
        runner.withPropertyValues(
                        "sluice.enrich.extensions." + key + "=" + value,
                        key.equals("folder") ? "x=y" : "sluice.enrich.extensions.folder=/x")
                .run(context -> assertThat(context).hasFailed());
    }
}
