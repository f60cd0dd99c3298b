package dev.sluice.consumer;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Import;

/** The stream consumer: Kinesis in, staged batches in S3 out. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration(
        // On the class path for the loader's sake, which this process is not.
        excludeName = {
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration",
            "org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration"
        })
@Import(ConsumerConfiguration.class)
public class ConsumerApplication {
    private static final int FAILED = 1;

    /** The application, to be given more properties or to be run as it is. It ends no JVM by itself. */
    public static SpringApplicationBuilder application() {
        return new SpringApplicationBuilder(ConsumerApplication.class).properties("spring.config.name=consumer");
    }

    public static void main(String[] args) {
        // Not on the thread that failed: the stop waits for that one.
        ApplicationListener<ConsumerFailedEvent> exit =
                event -> Thread.ofPlatform().name("consumer-exit").daemon().start(() -> System.exit(FAILED));
        application().listeners(exit).run(args);
    }
}
