package dev.sluice.ingest;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Import;

/**
 * The collector. Auto-configuration is for its server and its metrics only: what the other services bring along when all run in
 * one process is left out by name, as is what Spring MVC needs for pages. Its bare servlet stays, because the management port's
 * endpoints are only mapped where there is one; on the public port the collector stands before it.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration(
        excludeName = {
            "org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration",
            "org.springframework.boot.webmvc.autoconfigure.WebMvcObservationAutoConfiguration",
            "org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration",
            "org.springframework.boot.servlet.autoconfigure.HttpEncodingAutoConfiguration",
            "org.springframework.boot.servlet.autoconfigure.MultipartAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceInitializationAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration",
            "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
            "org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration",
        })
@Import(IngestConfiguration.class)
public class IngestApplication {
    private static final int FAILED = 1;

    public static void main(String[] args) {
        // Not on the thread that failed: the stop waits for that one.
        ApplicationListener<IngestFailedEvent> exit =
                event -> Thread.ofPlatform().name("ingest-exit").daemon().start(() -> System.exit(FAILED));
        application().listeners(exit).run(args);
    }

    /**
     * Ready to run, with its configuration in {@code ingest.yml} and {@code ingest-<profile>.yml}. Keys that must win over those
     * go to {@code run} as arguments.
     */
    public static SpringApplicationBuilder application() {
        return new SpringApplicationBuilder(IngestApplication.class)
                .web(WebApplicationType.SERVLET)
                .bannerMode(Banner.Mode.OFF)
                .properties("spring.config.name=ingest");
    }
}
