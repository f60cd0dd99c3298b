package dev.sluice.loader.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class CanaryPropertiesTest {
    private static CanaryProperties bind(Map<String, String> values) {
        var source = new MapConfigurationPropertySource();
        values.forEach((key, value) -> source.put("sluice.canary." + key, value));
        return new Binder(source).bindOrCreate("sluice.canary", CanaryProperties.class);
    }

    @Test
    void defaults_sendNone() {
        assertThat(bind(Map.of())).isEqualTo(new CanaryProperties(null, Duration.ofSeconds(10), Duration.ofMinutes(5)));
    }

    @Test
    void everyKeyIsMapped() {
        assertThat(bind(Map.of("url", "https://collect.example.org", "interval", "1m", "patience", "9m")))
                .isEqualTo(new CanaryProperties(
                        URI.create("https://collect.example.org"), Duration.ofMinutes(1), Duration.ofMinutes(9)));
    }

    @ParameterizedTest
    @CsvSource({
        "url, collect.example.org",
        "url, ftp://collect.example.org",
        "interval, 0s",
        "patience, 10s",
        "patience, 3h"
    })
    void eachRuleRefuses(String key, String value) {
        assertThatThrownBy(() -> bind(Map.of(key, value))).rootCause().hasMessageContaining("sluice.canary." + key);
    }
}
