package dev.sluice.cli.doctor;

import dev.sluice.cli.doctor.Deployment.Service;
import dev.sluice.cli.line.RunningLine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds out each service's settings, and makes a check of how that went: a service whose settings are wrong is not looked into further. */
final class DeploymentReader {
    private final Set<Service> services;
    private final Map<Service, List<String>> arguments;
    private final List<Check> checks = new ArrayList<>();

    private DeploymentReader(Set<Service> services, Map<Service, List<String>> arguments) {
        this.services = services;
        this.arguments = arguments;
    }

    /** Of services that are given these files, besides what else they read. */
    static DeploymentReader ofFiles(Set<Service> services, Map<Service, Path> files) {
        var arguments = new LinkedHashMap<Service, List<String>>();
        files.forEach((service, file) -> arguments.put(
                service,
                List.of("--spring.config.additional-location="
                        + file.toAbsolutePath().toUri())));
        return new DeploymentReader(services, arguments);
    }

    /** Of the line that runs here, whose services were given these addresses at their start. */
    static DeploymentReader ofLine(Set<Service> services, RunningLine line, Path data) {
        var cloud = line.cloud();
        List<String> all = List.of(
                "--spring.profiles.active=local",
                "--sluice.aws.endpoint.kinesis=" + cloud.kinesis(),
                "--sluice.aws.endpoint.dynamodb=" + cloud.dynamodb(),
                "--sluice.aws.endpoint.s3=" + cloud.s3());
        var ingest = new ArrayList<>(all);
        ingest.add("--server.port=" + line.services().ingest().getPort());
        ingest.add(
                "--management.server.port=" + line.services().ingestManagement().getPort());
        Path journal = data.resolve("ingest-journal");
        if (Files.isDirectory(journal)) {
            ingest.add("--sluice.ingest.journal.directory=" + journal);
        }
        var consumer = new ArrayList<>(all);
        consumer.add("--server.port=" + line.services().consumerManagement().getPort());
        var loader = new ArrayList<>(all);
        loader.add("--server.port=" + line.services().loaderManagement().getPort());
        loader.add("--sluice.loader.jdbc-url=" + cloud.jdbcUrl());
        return new DeploymentReader(
                services, Map.of(Service.INGEST, ingest, Service.CONSUMER, consumer, Service.LOADER, loader));
    }

    /** With the loader's warehouse in place of the one in its settings. */
    DeploymentReader withLoaderArguments(List<String> more) {
        var all = new LinkedHashMap<>(arguments);
        var loader = new ArrayList<>(all.getOrDefault(Service.LOADER, List.of()));
        loader.addAll(more);
        all.put(Service.LOADER, loader);
        return new DeploymentReader(services, all);
    }

    Deployment read() {
        return new Deployment(
                read(Service.INGEST, ServiceSettings::ingest),
                read(Service.CONSUMER, ServiceSettings::consumer),
                read(Service.LOADER, ServiceSettings::loader));
    }

    /** How the reading went, one for each service. */
    List<Check> checks() {
        return List.copyOf(checks);
    }

    private <T> @Nullable T read(Service service, Function<List<String>, T> from) {
        if (!services.contains(service)) {
            return null;
        }
        String name = service.key() + ".settings";
        String tried =
                "its own files, the environment" + (arguments.containsKey(service) ? ", and what it is given" : "");
        String advice = "correct the file or the variable that sets it; the README lists every key";
        try {
            T settings = from.apply(arguments.getOrDefault(service, List.of()));
            checks.add(Check.of(name, tried, advice, () -> Finding.ok("read, and every rule holds")));
            return settings;
        } catch (RuntimeException e) {
            String fault = ServiceSettings.fault(e);
            checks.add(Check.of(name, tried, advice, () -> Finding.fail(fault, advice)));
            return null;
        }
    }
}
