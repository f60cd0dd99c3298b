package dev.sluice.cli.up;

import dev.sluice.cli.enrich.CountryDatabase;
import dev.sluice.cli.line.CliFailure;
import dev.sluice.consumer.ConsumerApplication;
import dev.sluice.consumer.ConsumerFailedEvent;
import dev.sluice.ingest.IngestApplication;
import dev.sluice.ingest.IngestFailedEvent;
import dev.sluice.loader.load.LoaderApplication;
import dev.sluice.local.LocalCloud;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;

/**
 * The three services, each the same application as in a process of its own, with the profile {@code local} and the addresses
 * of this line's stand-ins. Belongs to the thread that starts it.
 */
final class Services implements AutoCloseable {
    /** In the order in which they are stopped: each before those it feeds. */
    private final List<Service> running;

    /** What they run on. */
    record Line(LocalCloud cloud, PortOptions ports, Path ingestJournal) {}

    private record Service(String name, ConfigurableApplicationContext context) {}

    private Services(List<Service> running) {
        this.running = running;
    }

    /**
     * Starts them side by side, as none waits for another. When one fails, the others are stopped.
     *
     * @param failed hears of a service that stopped by itself later
     */
    static Services start(Line line, Consumer<String> failed) throws InterruptedException {
        LocalCloud cloud = line.cloud();
        PortOptions ports = line.ports();
        var ingest = List.of(
                "--server.port=" + ports.ingest(),
                "--management.server.port=" + ports.ingestManagement(),
                "--sluice.ingest.journal.directory=" + line.ingestJournal());
        var consumer = new ArrayList<>(List.of("--server.port=" + ports.consumer()));
        Path countries = CountryDatabase.builtIn();
        if (countries != null) {
            consumer.add("--sluice.enrich.geo.country=" + countries);
        }
        var loader = List.of(
                "--server.port=" + ports.loader(),
                "--sluice.loader.jdbc-url=" + cloud.jdbcUrl(),
                "--sluice.console.ingest=" + UpCommand.loopback(ports.ingestManagement()),
                "--sluice.console.consumers=" + UpCommand.loopback(ports.consumer()));
        var running = new ArrayList<Service>();
        CliFailure failure = null;
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().name("start-", 0).factory())) {
            var starting = List.of(
                    threads.submit(() -> run("ingest", IngestApplication.application(), ingest, cloud, failed)),
                    threads.submit(() -> run("consumer", ConsumerApplication.application(), consumer, cloud, failed)),
                    threads.submit(() -> run("loader", LoaderApplication.application(), loader, cloud, failed)));
            for (Future<Service> service : starting) {
                try {
                    running.add(service.get());
                } catch (ExecutionException e) {
                    failure = Objects.requireNonNullElse(failure, (CliFailure) e.getCause());
                }
            }
        } catch (InterruptedException e) {
            new Services(running).close();
            throw e;
        }
        var services = new Services(running);
        if (failure != null) {
            services.close();
            throw failure;
        }
        return services;
    }

    private static Service run(
            String name,
            SpringApplicationBuilder application,
            List<String> own,
            LocalCloud cloud,
            Consumer<String> failed) {
        var arguments = new ArrayList<>(own);
        arguments.add("--sluice.aws.endpoint.kinesis=" + cloud.kinesisEndpoint());
        arguments.add("--sluice.aws.endpoint.dynamodb=" + cloud.dynamoDbEndpoint());
        arguments.add("--sluice.aws.endpoint.s3=" + cloud.s3Endpoint());
        ApplicationListener<ContextClosedEvent> onClose = event -> failed.accept(name + " has stopped");
        ApplicationListener<ConsumerFailedEvent> consumerFailed = event -> failed.accept(name + " cannot go on");
        ApplicationListener<IngestFailedEvent> ingestFailed = event -> failed.accept(name + " cannot go on");
        try {
            var context = application
                    .profiles("local")
                    .registerShutdownHook(false)
                    .logStartupInfo(false)
                    .listeners(onClose, consumerFailed, ingestFailed)
                    .run(arguments.toArray(String[]::new));
            return new Service(name, context);
        } catch (RuntimeException e) {
            throw new CliFailure(name + " did not start: " + rootOf(e), e);
        }
    }

    private static String rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }

    int port(String service, String property) {
        ApplicationContext context = running.stream()
                .filter(candidate -> candidate.name().equals(service))
                .findFirst()
                .orElseThrow()
                .context();
        return context.getEnvironment().getRequiredProperty(property, Integer.class);
    }

    @Override
    public void close() {
        for (Service service : running) {
            service.context().close();
        }
    }
}
