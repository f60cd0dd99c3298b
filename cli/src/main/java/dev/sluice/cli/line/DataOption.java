package dev.sluice.cli.line;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --data}: which line a command is about. */
public final class DataOption {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = ".sluice",
            description = "Where the line keeps its data, and by which it is found (default: ${DEFAULT-VALUE}).")
    Path data = Path.of(".sluice");

    public Path directory() {
        return data.toAbsolutePath().normalize();
    }
}
