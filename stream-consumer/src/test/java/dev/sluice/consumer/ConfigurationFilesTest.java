package dev.sluice.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.aws.AwsProperties;
import dev.sluice.loader.staging.StagingProperties;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;

class ConfigurationFilesTest {
    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableConfigurationProperties({ConsumerProperties.class, StagingProperties.class, AwsProperties.class})
    static class Only {}

    private static ConfigurableApplicationContext run(String... properties) {
        return new SpringApplicationBuilder(Only.class)
                .web(WebApplicationType.NONE)
                .properties("spring.config.name=consumer", "spring.main.keep-alive=false")
                .properties(properties)
                .run();
    }

    @Test
    void theProfileLocal_isForOneConsumerOnThisMachine() {
        try (var context = run("spring.profiles.active=local")) {
            var consumer = context.getBean(ConsumerProperties.class);
            assertThat(consumer.lease().bootstrap()).isTrue();
            assertThat(consumer.batch().maxAge()).isEqualTo(Duration.ofSeconds(1));
            assertThat(consumer.lease().failover()).isEqualTo(Duration.ofSeconds(2));
            assertThat(context.getBean(StagingProperties.class).bucket()).isEqualTo("sluice-local");
            assertThat(context.getBean(AwsProperties.class).credentials()).isEqualTo(AwsProperties.Credentials.LOCAL);
            assertThat(context.getEnvironment().getProperty("server.address")).isEqualTo("127.0.0.1");
            assertThat(context.getEnvironment().getProperty("server.port")).isEqualTo("9081");
        }
    }

    @Test
    void kclNeverLogsRecords() {
        try (var context = run("sluice.staging.bucket=some-bucket")) {
            assertThat(context.isRunning()).isTrue();
            assertThat(LoggerFactory.getLogger("software.amazon.kinesis.lifecycle.ProcessTask")
                            .isErrorEnabled())
                    .isFalse();
            assertThat(LoggerFactory.getLogger("software.amazon.awssdk.request").isDebugEnabled())
                    .isFalse();
        }
    }
}
