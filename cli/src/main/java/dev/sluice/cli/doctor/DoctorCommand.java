package dev.sluice.cli.doctor;

import dev.sluice.cli.doctor.Deployment.Service;
import dev.sluice.cli.line.CliFailure;
import dev.sluice.cli.line.RunningLine;
import dev.sluice.cli.query.WarehouseOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice doctor}. */
@Command(
        name = "doctor",
        description = {
            "Checks every right and setting that the services need, and says what to do about each that is missing.",
            "",
            "Reads the services' settings as they do: their own defaults, the environment (SPRING_PROFILES_ACTIVE, SLUICE_…), and the"
                    + " files of --config. Region and credentials come from the SDK's default chain: run it where a service runs, with"
                    + " that service's role and --service, to know what that role may do. Without --config it looks at the line that"
                    + " runs on --data, or, when none does, at what the environment says.",
            "",
            "Changes nothing: rights are tried by calls that can't succeed, or by probes below staged/clean/doctor-… that are taken"
                    + " away again. The warehouse is asked in transactions that are rolled back.",
            "",
            "The exit code is 0 when nothing failed, and 1 when something did.",
            ""
        },
        sortOptions = false)
public final class DoctorCommand implements Callable<Integer> {
    private static final String PREFIX = "SLUICE_";

    @Option(
            names = "--config",
            paramLabel = "SERVICE=FILE",
            split = ",",
            description =
                    "A service's configuration file (YAML or properties), such as ingest=ingest.yml,loader=loader.yml."
                            + " Only the services that are named are looked at, unless --service says otherwise.")
    Map<Service, Path> config = new LinkedHashMap<>();

    @Option(
            names = "--service",
            paramLabel = "SERVICE",
            split = ",",
            description = "Which are looked at: ${COMPLETION-CANDIDATES} (default: all).")
    Set<Service> services = EnumSet.noneOf(Service.class);

    @Option(
            names = "--format",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    Format format = Format.TEXT;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "20",
            description = "The most that one check may take (default: ${DEFAULT-VALUE}).")
    long timeoutSeconds = 20;

    @Mixin
    WarehouseOptions warehouse = new WarehouseOptions();

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    enum Format {
        TEXT,
        JSON
    }

    @Override
    public Integer call() throws InterruptedException {
        var commandLine = Objects.requireNonNull(spec).commandLine();
        if (timeoutSeconds < 1 || timeoutSeconds > 600) {
            throw new ParameterException(commandLine, "--timeout is from 1 to 600");
        }
        DeploymentReader reader = reader();
        Deployment deployment = reader.read();
        List<Check> checks = new ArrayList<>(reader.checks());
        DoctorReport report;
        try (var doctor = new Doctor(deployment)) {
            checks.addAll(doctor.checks());
            report = new DoctorReport(new CheckUp(Duration.ofSeconds(timeoutSeconds)).run(checks));
        }
        commandLine.getOut().print(format == Format.JSON ? report.json() : report.text(isColoured()));
        commandLine.getOut().flush();
        return report.isHealthy() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private DeploymentReader reader() {
        config.forEach((service, file) -> {
            if (!Files.isReadable(file)) {
                throw new CliFailure("cannot read " + file);
            }
        });
        Path data = warehouse.data().directory();
        Optional<RunningLine> line = config.isEmpty() ? RunningLine.find(data) : Optional.empty();
        if (config.isEmpty() && line.isEmpty() && !isDeploymentNamed()) {
            throw new CliFailure(
                    "nothing runs on " + data + ", and the environment names no deployment: start ./sluice up,"
                            + " or name the services' files with --config");
        }
        DeploymentReader reader = line.isPresent()
                ? DeploymentReader.ofLine(lookedAt(), line.get(), data)
                : DeploymentReader.ofFiles(lookedAt(), config);
        return warehouse.isNamed() ? reader.withLoaderArguments(warehouseArguments()) : reader;
    }

    private Set<Service> lookedAt() {
        if (!services.isEmpty()) {
            return services;
        }
        return config.isEmpty() ? EnumSet.allOf(Service.class) : config.keySet();
    }

    /** The same variables that the services read. */
    private static boolean isDeploymentNamed() {
        return System.getenv().keySet().stream()
                .anyMatch(name -> name.equals("SPRING_PROFILES_ACTIVE")
                        || (name.startsWith(PREFIX)
                                && !name.startsWith(PREFIX + "JAVA")
                                && !name.startsWith(PREFIX + "NO_")));
    }

    private List<String> warehouseArguments() {
        var address = warehouse.address();
        var arguments = new ArrayList<>(List.of("--sluice.loader.jdbc-url=" + address.jdbcUrl()));
        if (!address.user().isEmpty()) {
            arguments.add("--sluice.loader.username=" + address.user());
        }
        if (!address.password().isEmpty()) {
            arguments.add("--sluice.loader.password=" + address.password());
        }
        return arguments;
    }

    @SuppressWarnings("SystemConsoleNull") // JDK 25 returns null again, when input or output is redirected
    private static boolean isColoured() {
        return System.getenv("NO_COLOR") == null
                && System.console() != null
                && System.console().isTerminal();
    }
}
