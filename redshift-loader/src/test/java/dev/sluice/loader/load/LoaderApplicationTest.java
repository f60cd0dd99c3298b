package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

class LoaderApplicationTest {
    /** Nothing listens on port 1: neither S3 nor the warehouse is there. */
    private static final String[] AWAY = {
        "--server.port=0",
        "--sluice.aws.endpoint.s3=http://127.0.0.1:1",
        "--sluice.loader.jdbc-url=jdbc:redshift://127.0.0.1:1/dev?ssl=false",
        "--sluice.loader.password=secret-word"
    };

    @Test
    void application_startsAndStopsWhileTheWarehouseIsAway() {
        try (ConfigurableApplicationContext context =
                LoaderApplication.application().profiles("local").run(AWAY)) {
            assertThat(context.getBean(LoadLoop.class).isRunning()).isTrue();
            assertThat(context.getBean(LoaderProperties.class).window()).hasSeconds(2);
            assertThat(context.getEnvironment().getProperty("server.address")).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void application_refusesToStartWithAKeyThatDoesNotExist() {
        assertThatThrownBy(() -> LoaderApplication.application()
                        .profiles("local")
                        .run(AWAY[0], AWAY[1], AWAY[2], "--sluice.loader.windows=1s"))
                .hasStackTraceContaining("windows");
    }
}
