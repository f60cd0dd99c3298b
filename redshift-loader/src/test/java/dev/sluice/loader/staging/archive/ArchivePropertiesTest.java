package dev.sluice.loader.staging.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.staging.StagingProperties;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

class ArchivePropertiesTest {
    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(ArchiveProperties.class)
    static class Only {}

    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Only.class);

    @Test
    void defaults_archiveBesideWhatIsStaged_andDeleteNothing() {
        runner.run(context -> {
            ArchiveProperties properties = context.getBean(ArchiveProperties.class);
            assertThat(properties)
                    .isEqualTo(new ArchiveProperties(
                            true,
                            null,
                            null,
                            DataSize.ofMegabytes(16),
                            Duration.ofSeconds(60),
                            DataSize.ofMegabytes(128),
                            null));
            assertThat(properties.layout(new StagingProperties("b", "p/"))).isEqualTo(new ArchiveLayout("b", "p/"));
        });
    }

    @Test
    void everyKey_isMapped() {
        runner.withPropertyValues(
                        "sluice.archive.enabled=false",
                        "sluice.archive.bucket=other",
                        "sluice.archive.prefix=raw/",
                        "sluice.archive.target-size=2B",
                        "sluice.archive.max-age=3s",
                        "sluice.archive.max-held=4B",
                        "sluice.archive.retention=5d")
                .run(context -> {
                    ArchiveProperties properties = context.getBean(ArchiveProperties.class);
                    assertThat(properties)
                            .isEqualTo(new ArchiveProperties(
                                    false,
                                    "other",
                                    "raw/",
                                    DataSize.ofBytes(2),
                                    Duration.ofSeconds(3),
                                    DataSize.ofBytes(4),
                                    Duration.ofDays(5)));
                    assertThat(properties.layout(new StagingProperties("b", "p/")))
                            .isEqualTo(new ArchiveLayout("other", "raw/"));
                    assertThat(properties.limits()).isEqualTo(new ShardArchives.Limits(2, Duration.ofSeconds(3), 4));
                });
    }

    @ParameterizedTest
    @CsvSource({
        "max-age, 0s",
        "target-size, 0B",
        "target-size, 129MB",
        "max-held, 15MB",
        "retention, 23h",
        "prefix, no-slash",
        "colour, blue"
    })
    void eachRule_stopsTheStart(String key, String value) {
        runner.withPropertyValues("sluice.archive." + key + "=" + value)
                .run(context -> assertThat(context).hasFailed());
    }
}
