package dev.sluice.cli.up;

import dev.sluice.cli.demo.DemoSite;
import dev.sluice.cli.line.CliFailure;
import dev.sluice.cli.line.RunningLine;
import dev.sluice.local.LocalCloud;
import dev.sluice.local.LocalCloudException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Spec;

/** {@code sluice up}. */
@Command(
        name = "up",
        description = {
            "Starts the whole line on this machine, in one process.",
            "",
            "Stand-ins for Kinesis, DynamoDB, S3 and Redshift, the three services, and a demo site, all on loopback. When all is"
                    + " up, prints a line that starts with \"ready\".",
            "",
            "Ctrl-C stops it cleanly (the exit code is then 130, or 143 after SIGTERM). What it has accepted and has put into"
                    + " the stream survives that, and kill -9 too.",
            ""
        },
        sortOptions = false)
public final class UpCommand implements Callable<Integer> {
    @Mixin
    LineOptions options = new LineOptions();

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var commandLine = Objects.requireNonNull(spec).commandLine();
        PrintWriter log = commandLine.getErr();
        long start = System.nanoTime();
        options.ports.requireFreeForUp();
        try (var attendant = new Attendant(log)) {
            Path directory = options.directory();
            attendant.add("the data directory", DataDirectory.claim(directory, options.fresh));
            Path logFile = LineLog.into(directory);
            say(log, "starting on " + directory + ", log in " + logFile + " ...");

            var cloud = attendant.add("the local cloud", startCloud());
            say(log, "Kinesis, DynamoDB, S3 and Redshift are up, after " + since(start));

            options.ports.chooseForServices();
            var basis = new Services.Line(cloud, options.ports, directory.resolve("ingest-journal"));
            var services =
                    attendant.add("a service", Services.start(basis, why -> attendant.stop(why + ", see " + logFile)));
            var addresses = addresses(services);
            new Readiness(addresses).await();
            say(log, "ingest, consumer and loader are up, after " + since(start));

            var demo = attendant.add("the demo site", DemoSite.start(options.ports.demo(), addresses.ingest()));
            var line = RunningLine.here(
                    new RunningLine.Services(
                            addresses.ingest(),
                            addresses.ingestManagement(),
                            addresses.consumerManagement(),
                            addresses.loaderManagement(),
                            demo.address()),
                    CloudCommand.addresses(cloud));
            line.write(directory);
            commandLine.getOut().println(ready(line));
            commandLine.getOut().flush();
            say(
                    log,
                    "after " + since(start) + ". Open " + demo.address()
                            + " in a browser and click around, and see it come on");
            say(log, "  " + console(line.services()));
            say(log, "or in another shell:");
            say(log, "  ./sluice send --generate 1000 --rate 200" + dataHint());
            say(log, "  ./sluice query \"select count(*) from page_views\"" + dataHint());
            say(log, "  ./sluice status" + dataHint());
            return attendant.attend() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
        }
    }

    private LocalCloud startCloud() {
        try {
            return LocalCloud.start(options.cloud());
        } catch (LocalCloudException e) {
            throw new CliFailure(Objects.requireNonNullElse(e.getMessage(), "the local cloud did not start"), e);
        }
    }

    private static RunningLine.Services addresses(Services services) {
        return new RunningLine.Services(
                loopback(services.port("ingest", "local.server.port")),
                loopback(services.port("ingest", "local.management.port")),
                loopback(services.port("consumer", "local.server.port")),
                loopback(services.port("loader", "local.server.port")),
                null);
    }

    static URI loopback(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    private static String ready(RunningLine line) {
        return "ready: ingest " + line.services().ingest() + ", demo site "
                + line.services().demo() + ", console " + console(line.services()) + ", warehouse "
                + line.cloud().jdbcUrl() + ", Kinesis " + line.cloud().kinesis() + ", S3 "
                + line.cloud().s3()
                + ", DynamoDB " + line.cloud().dynamodb() + ", management "
                + line.services().ingestManagement() + " "
                + line.services().consumerManagement() + " " + line.services().loaderManagement();
    }

    private static URI console(RunningLine.Services services) {
        return services.loaderManagement().resolve("/console");
    }

    private String dataHint() {
        Path usual = Path.of(".sluice").toAbsolutePath().normalize();
        return options.directory().equals(usual) ? "" : " --data " + options.directory();
    }

    private static String since(long start) {
        return String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - start) / 1e9);
    }

    private static void say(PrintWriter log, String text) {
        log.println(text);
        log.flush();
    }
}
