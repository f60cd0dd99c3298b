package dev.sluice.cli.up;

import dev.sluice.cli.line.CliFailure;
import dev.sluice.cli.line.RunningLine;
import dev.sluice.local.LocalCloud;
import dev.sluice.local.LocalCloudException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Spec;

/** {@code sluice cloud}. */
@Command(
        name = "cloud",
        description = {
            "Starts only the stand-ins for Kinesis, DynamoDB, S3 and Redshift.",
            "",
            "Each service can then run, and be killed, as a process of its own, with its own jar and the profile \"local\"."
                    + " When all is up, prints a line that starts with \"ready\".",
            "",
            "The services' ports are where send and status look for them. Ctrl-C stops it cleanly.",
            ""
        },
        sortOptions = false)
public final class CloudCommand implements Callable<Integer> {
    @Mixin
    LineOptions options = new LineOptions();

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var commandLine = Objects.requireNonNull(spec).commandLine();
        var out = commandLine.getOut();
        options.ports.requireFreeForCloud();
        try (var attendant = new Attendant(commandLine.getErr())) {
            attendant.add("the data directory", DataDirectory.claim(options.directory(), options.fresh));
            LineLog.into(options.directory());
            var cloud = attendant.add("the local cloud", start());
            options.ports.chooseForServices();
            var services = new RunningLine.Services(
                    UpCommand.loopback(options.ports.ingest()),
                    UpCommand.loopback(options.ports.ingestManagement()),
                    UpCommand.loopback(options.ports.consumer()),
                    UpCommand.loopback(options.ports.loader()),
                    null);
            var line = RunningLine.here(services, addresses(cloud));
            line.write(options.directory());
            out.println("ready: warehouse " + line.cloud().jdbcUrl() + ", Kinesis "
                    + line.cloud().kinesis() + ", S3 " + line.cloud().s3() + ", DynamoDB "
                    + line.cloud().dynamodb());
            out.flush();
            commandLine.getErr().println(hints(line));
            commandLine.getErr().flush();
            attendant.attend();
            return CommandLine.ExitCode.OK;
        }
    }

    private LocalCloud start() {
        try {
            return LocalCloud.start(options.cloud());
        } catch (LocalCloudException e) {
            throw new CliFailure(Objects.requireNonNullElse(e.getMessage(), "the local cloud did not start"), e);
        }
    }

    static RunningLine.Cloud addresses(LocalCloud cloud) {
        return new RunningLine.Cloud(
                cloud.kinesisEndpoint(), cloud.dynamoDbEndpoint(), cloud.s3Endpoint(), cloud.jdbcUrl(), "sluice");
    }

    private String hints(RunningLine line) {
        String endpoints = " --sluice.aws.endpoint.kinesis=" + line.cloud().kinesis()
                + " --sluice.aws.endpoint.dynamodb=" + line.cloud().dynamodb() + " --sluice.aws.endpoint.s3="
                + line.cloud().s3();
        // The java on the path may be too old for them.
        String java = "  " + Path.of(System.getProperty("java.home"), "bin", "java")
                + " --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -jar %s/target/%s-*-exec.jar --spring.profiles.active=local"
                + endpoints + "%s%n";
        return "The services, once ./sluice build has made their jars:%n".formatted()
                + java.formatted(
                        "ingest-api",
                        "ingest-api",
                        " --server.port=" + options.ports.ingest() + " --management.server.port="
                                + options.ports.ingestManagement())
                + java.formatted("stream-consumer", "stream-consumer", " --server.port=" + options.ports.consumer())
                + java.formatted(
                        "redshift-loader",
                        "redshift-loader",
                        " --server.port=" + options.ports.loader() + " '--sluice.loader.jdbc-url="
                                + line.cloud().jdbcUrl() + "'");
    }
}
