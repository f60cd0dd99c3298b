package dev.sluice.cli.up;

import dev.sluice.cli.line.DataOption;
import dev.sluice.local.LocalCloudSettings;
import java.nio.file.Path;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code up} and {@code cloud} are told alike. */
final class LineOptions {
    @Mixin
    DataOption data = new DataOption();

    @Option(names = "--fresh", description = "Empties the data directory first.")
    boolean fresh;

    @Option(
            names = "--shards",
            paramLabel = "N",
            defaultValue = "2",
            description = "Of the stream, when it is made (default: ${DEFAULT-VALUE}).")
    int shards;

    @ArgGroup(validate = false, heading = "Ports, each on 127.0.0.1; 0 is any free one:%n")
    PortOptions ports = new PortOptions();

    Path directory() {
        return data.directory();
    }

    LocalCloudSettings cloud() {
        return LocalCloudSettings.in(directory().resolve("cloud"))
                .withShards(shards)
                .withPorts(
                        new LocalCloudSettings.Ports(ports.kinesis(), ports.dynamodb(), ports.s3(), ports.redshift()));
    }
}
