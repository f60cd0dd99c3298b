package dev.sluice.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.staging.archive.ArchiveProperties;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

class WatchConfigurationTest {
    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties({ConsumerProperties.class, ArchiveProperties.class})
    @Import({WatchConfiguration.class, ConsumerMetrics.class, SimpleMeterRegistry.class})
    static class Only {}

    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Only.class);

    @Test
    void theDefaults_areLongerThanARecordWaitsWhenAllIsWell() {
        runner.run(context -> assertThat(context).hasNotFailed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"unhealthy-lag", "stalled-after"})
    void aLimitThatIsPassedWhenAllIsWell_stopsTheStart(String key) {
        runner.withPropertyValues("sluice.consumer." + key + "=62s")
                .run(context -> assertThat(context).hasFailed());
        runner.withPropertyValues("sluice.consumer." + key + "=62s", "sluice.archive.enabled=false")
                .run(context -> assertThat(context).hasNotFailed());
    }
}
