package dev.sluice.cli.doctor;

import dev.sluice.cli.doctor.Deployment.Ports;
import dev.sluice.cli.doctor.Deployment.Service;
import dev.sluice.common.aws.AwsProperties;
import dev.sluice.consumer.ConsumerProperties;
import dev.sluice.ingest.IngestProperties;
import dev.sluice.loader.canary.CanaryProperties;
import dev.sluice.loader.console.ConsoleProperties;
import dev.sluice.loader.load.LoaderProperties;
import dev.sluice.loader.staging.StagingProperties;
import dev.sluice.loader.staging.archive.ArchiveProperties;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.validation.FieldError;

/** Reads what a service would read: its own files, the environment, and arguments, bound by its own rules. */
final class ServiceSettings {
    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties({AwsProperties.class, IngestProperties.class})
    static class OfIngest {}

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties({
        AwsProperties.class,
        ConsumerProperties.class,
        StagingProperties.class,
        ArchiveProperties.class
    })
    static class OfConsumer {}

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties({
        AwsProperties.class,
        LoaderProperties.class,
        StagingProperties.class,
        CanaryProperties.class,
        ConsoleProperties.class
    })
    static class OfLoader {}

    private ServiceSettings() {}

    static Deployment.Ingest ingest(List<String> arguments) {
        return read(
                Service.INGEST,
                OfIngest.class,
                arguments,
                context -> new Deployment.Ingest(
                        context.getBean(AwsProperties.class),
                        ports(context.getEnvironment()),
                        context.getBean(IngestProperties.class),
                        context.getEnvironment().getProperty("server.tomcat.max-connections", Integer.class, 8192)));
    }

    static Deployment.Consumer consumer(List<String> arguments) {
        return read(
                Service.CONSUMER,
                OfConsumer.class,
                arguments,
                context -> new Deployment.Consumer(
                        context.getBean(AwsProperties.class),
                        ports(context.getEnvironment()),
                        context.getBean(ConsumerProperties.class),
                        context.getBean(StagingProperties.class),
                        context.getBean(ArchiveProperties.class)));
    }

    static Deployment.Loader loader(List<String> arguments) {
        return read(
                Service.LOADER,
                OfLoader.class,
                arguments,
                context -> new Deployment.Loader(
                        context.getBean(AwsProperties.class),
                        ports(context.getEnvironment()),
                        context.getBean(LoaderProperties.class),
                        context.getBean(StagingProperties.class)));
    }

    private static Ports ports(Environment environment) {
        int port = environment.getProperty("server.port", Integer.class, 8080);
        return new Ports(
                environment.getProperty("server.address", ""),
                port,
                environment.getProperty("management.server.port", Integer.class, port));
    }

    private static <T> T read(
            Service service, Class<?> settings, List<String> arguments, Function<ApplicationContext, T> take) {
        // Else Boot sets up logging anew, for a service.
        System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
        try (var context = new SpringApplicationBuilder(settings)
                .properties("spring.config.name=" + service.key())
                .web(WebApplicationType.NONE)
                .registerShutdownHook(false)
                .logStartupInfo(false)
                .bannerMode(Banner.Mode.OFF)
                .run(arguments.toArray(String[]::new))) {
            return take.apply(context);
        }
    }

    /** Why settings could not be read, in one line. */
    static String fault(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof BindValidationException invalid) {
                return invalid.getValidationErrors().getAllErrors().stream()
                        .map(error -> (error instanceof FieldError field ? field.getField() + " " : "")
                                + error.getDefaultMessage())
                        .collect(Collectors.joining("; "));
            }
        }
        return Said.by(failure);
    }
}
