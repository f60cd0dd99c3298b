package dev.sluice.bench;

import com.google.errorprone.annotations.FormatMethod;
import dev.sluice.bench.report.MachineLoad;
import dev.sluice.bench.report.Report;
import dev.sluice.bench.server.Workbench;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all commands take, and how they tell how far they are. */
final class RunOptions {
    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "5",
            description = "Rounds; each measures everything once (default: ${DEFAULT-VALUE}).")
    int runs;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Of each measurement (default: ${DEFAULT-VALUE}).")
    int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description =
                    "Of load before the first measurement, for the JIT compiler; edge goes on for up to three times as"
                            + " long while it still gets faster (default: ${DEFAULT-VALUE}).")
    int warmUpSeconds;

    @Option(names = "--json", paramLabel = "FILE", description = "Also writes every single run.")
    @Nullable Path json;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Where journals and records are written meanwhile; should be on a real disk"
                    + " (default: benchmarks/target).")
    @Nullable Path directory;

    @Option(names = "--jvm", paramLabel = "FLAG", split = " ", description = "More flags for the collector's JVM.")
    List<String> jvm = List.of();

    @Spec(Spec.Target.MIXEE)
    @Nullable CommandSpec mixee;

    private CommandLine commandLine() {
        return Objects.requireNonNull(mixee).commandLine();
    }

    void check() {
        require(runs >= 1 && runs <= 1_000, "--runs is from 1 to 1000");
        require(seconds >= 1 && seconds <= 3_600, "--seconds is from 1 to 3600");
        require(warmUpSeconds >= 0 && warmUpSeconds <= 3_600, "--warm-up is from 0 to 3600");
    }

    void require(boolean held, String rule) {
        if (!held) {
            throw new ParameterException(commandLine(), rule);
        }
    }

    Duration measurement() {
        return Duration.ofSeconds(seconds);
    }

    Duration warmUp() {
        return Duration.ofSeconds(warmUpSeconds);
    }

    Workbench workbench() throws IOException {
        Path root = root();
        Path parent = directory != null ? directory : root.resolve("benchmarks/target");
        return new Workbench(root, parent, jvm);
    }

    /** The project's folder: the launcher's jar is in {@code benchmarks/target}. */
    private static Path root() {
        String told = System.getProperty("sluice.root");
        if (told != null) {
            return Path.of(told).toAbsolutePath().normalize();
        }
        try {
            Path jar = Path.of(Bench.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return Objects.requireNonNull(jar.resolve("../../..").normalize());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    Report report() {
        return new Report("./" + String.join(" ", "sluice bench", String.join(" ", arguments())));
    }

    private List<String> arguments() {
        return Objects.requireNonNull(commandLine().getParent())
                .getParseResult()
                .originalArgs();
    }

    void finish(Report report, MachineLoad load) throws IOException {
        report.remark(load.sentence());
        report.print(commandLine().getOut());
        if (json != null) {
            report.write(json);
        }
    }

    /** One line, on standard error. */
    @FormatMethod
    void say(String format, Object... values) {
        commandLine().getErr().println(String.format(Locale.ROOT, format, values));
        commandLine().getErr().flush();
    }
}
