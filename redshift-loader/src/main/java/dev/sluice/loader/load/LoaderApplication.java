package dev.sluice.loader.load;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Import;

/** The service that loads staged batches into Redshift. Any number of it may run: one loads, the others stand by. */
@SpringBootConfiguration
@EnableAutoConfiguration(
        excludeName = {
            // The pool is the loader's own: it must not be shared, probed or wrapped in Spring's transactions.
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration"
        })
@Import(LoaderConfiguration.class)
public class LoaderApplication {
    public static void main(String[] args) {
        application().run(args);
    }

    /** The application, not yet started; the caller may add properties. */
    public static SpringApplicationBuilder application() {
        return new SpringApplicationBuilder(LoaderApplication.class).properties("spring.config.name=loader");
    }
}
