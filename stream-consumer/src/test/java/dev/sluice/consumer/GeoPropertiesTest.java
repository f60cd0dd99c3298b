package dev.sluice.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class GeoPropertiesTest {
    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(GeoProperties.class)
    static class Only {}

    private static final GeoProperties OFF = new GeoProperties(null, null, Duration.ofMinutes(1));

    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Only.class);

    @Test
    void defaults_areOff() {
        runner.run(context -> assertThat(context.getBean(GeoProperties.class)).isEqualTo(OFF));
    }

    @Test
    void anEmptyPath_asDeploymentsSetIt_isNone() {
        runner.withSystemProperties("sluice.enrich.geo.country=", "sluice.enrich.geo.city=")
                .run(context -> assertThat(context.getBean(GeoProperties.class)).isEqualTo(OFF));
    }

    @Test
    void everyKey_isMapped() {
        runner.withPropertyValues(
                        "sluice.enrich.geo.country=/geo/country.mmdb",
                        "sluice.enrich.geo.city=city.mmdb",
                        "sluice.enrich.geo.reload-interval=5s")
                .run(context -> assertThat(context.getBean(GeoProperties.class))
                        .isEqualTo(new GeoProperties(
                                Path.of("/geo/country.mmdb"), Path.of("city.mmdb"), Duration.ofSeconds(5))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reload-interval=999ms", "reload-interval=-1s", "contry=x"})
    void eachRule_stopsTheStart(String property) {
        runner.withPropertyValues("sluice.enrich.geo." + property)
                .run(context -> assertThat(context).hasFailed());
    }
}
