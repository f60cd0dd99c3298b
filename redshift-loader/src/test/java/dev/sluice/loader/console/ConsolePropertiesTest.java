package dev.sluice.loader.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ConsolePropertiesTest {
    private static ConsoleProperties bind(Map<String, String> values) {
        var source = new MapConfigurationPropertySource();
        values.forEach((key, value) -> source.put("sluice.console." + key, value));
        return new Binder(source).bindOrCreate("sluice.console", ConsoleProperties.class);
    }

    @Test
    void defaults_areForThisMachineOnly() {
        assertThat(bind(Map.of()))
                .isEqualTo(new ConsoleProperties(
                        true, Duration.ofSeconds(5), Duration.ofSeconds(5), 8, List.of(), List.of(), List.of(), true));
    }

    @Test
    void everyKeyIsMapped() {
        assertThat(bind(Map.of(
                        "enabled", "false",
                        "interval", "3s",
                        "statement-timeout", "7s",
                        "viewers", "2",
                        "hosts", "Sluice.Internal,10.0.0.7,[fd00::1]",
                        "ingest", "http://ingest-1:9080,http://ingest-2:9080",
                        "consumers", "https://consumer-1:9081",
                        "originals", "false")))
                .isEqualTo(new ConsoleProperties(
                        false,
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(7),
                        2,
                        List.of("sluice.internal", "10.0.0.7", "[fd00::1]"),
                        List.of(URI.create("http://ingest-1:9080"), URI.create("http://ingest-2:9080")),
                        List.of(URI.create("https://consumer-1:9081")),
                        false));
    }

    @ParameterizedTest
    @CsvSource({
        "interval, 999ms",
        "statement-timeout, 0s",
        "viewers, 0",
        "viewers, 51",
        "hosts, https://sluice.internal",
        "hosts, sluice.internal:9082",
        "hosts, *",
        "ingest, ingest-1:9080",
        "consumers, ftp://consumer-1:9081"
    })
    void eachRuleRefuses(String key, String value) {
        assertThatThrownBy(() -> bind(Map.of(key, value))).rootCause().hasMessageContaining("sluice.console." + key);
    }
}
