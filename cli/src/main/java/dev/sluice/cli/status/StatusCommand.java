package dev.sluice.cli.status;

import dev.sluice.cli.line.CliFailure;
import dev.sluice.cli.line.RunningLine;
import dev.sluice.cli.query.Warehouse;
import dev.sluice.cli.query.WarehouseOptions;
import dev.sluice.common.PrometheusPage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code sluice status}. */
@Command(
        name = "status",
        description = {
            "One screen: how much was accepted, how much is where, how late it is.",
            "",
            "Asks the services' management ports and the warehouse. A part that is down is named, and its numbers are"
                    + " unknown; the exit code is then 1.",
            ""
        },
        sortOptions = false)
public final class StatusCommand implements Callable<Integer> {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Option(names = "--watch", description = "Again every two seconds, until Ctrl-C.")
    boolean watch;

    @Option(
            names = "--format",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    Format format = Format.TABLE;

    @Option(
            names = "--ingest",
            paramLabel = "URL",
            description = "Management address of ingest (default: that of the line on --data).")
    @Nullable URI ingest;

    @Option(names = "--consumer", paramLabel = "URL", description = "The same of the consumer.")
    @Nullable URI consumer;

    @Option(names = "--loader", paramLabel = "URL", description = "The same of the loader.")
    @Nullable URI loader;

    @Mixin
    WarehouseOptions warehouse = new WarehouseOptions();

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    enum Format {
        TABLE,
        JSON
    }

    @Override
    public Integer call() throws InterruptedException {
        var out = Objects.requireNonNull(spec).commandLine().getOut();
        try (var http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TIMEOUT)
                .build()) {
            while (true) {
                StatusReport report = ask(http);
                String text = format == Format.JSON ? JSON.writeValueAsString(report) + "\n" : StatusScreen.of(report);
                // On a terminal, the next screen takes the place of this one.
                out.print(watch && format == Format.TABLE ? "\033[H\033[2J" + text : text);
                out.flush();
                if (!watch) {
                    return report.allUp() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
                }
                Thread.sleep(Duration.ofSeconds(2));
            }
        }
    }

    private StatusReport ask(HttpClient http) throws InterruptedException {
        boolean named = ingest != null && consumer != null && loader != null && warehouse.isNamed();
        var line = named ? null : RunningLine.require(warehouse.data().directory());
        var parts = new ArrayList<StatusReport.Part>();
        var ingestMetrics = metrics(
                http,
                "ingest",
                address(ingest, line == null ? null : line.services().ingestManagement()),
                parts);
        var consumerMetrics = metrics(
                http,
                "consumer",
                address(consumer, line == null ? null : line.services().consumerManagement()),
                parts);
        var loaderMetrics = metrics(
                http,
                "loader",
                address(loader, line == null ? null : line.services().loaderManagement()),
                parts);
        return StatusReport.of(parts, ingestMetrics, consumerMetrics, loaderMetrics, tables(parts));
    }

    private static URI address(@Nullable URI named, @Nullable URI running) {
        return Objects.requireNonNull(named != null ? named : running);
    }

    private static @Nullable PrometheusPage metrics(
            HttpClient http, String name, URI management, List<StatusReport.Part> parts) throws InterruptedException {
        var request = HttpRequest.newBuilder(management.resolve("/actuator/prometheus"))
                .timeout(TIMEOUT)
                .build();
        try {
            var response = http.send(request, BodyHandlers.ofString());
            if (response.statusCode() == 200) {
                parts.add(new StatusReport.Part(name, null));
                return PrometheusPage.parse(response.body());
            }
            parts.add(new StatusReport.Part(name, management + " answers " + response.statusCode()));
        } catch (IOException e) {
            parts.add(new StatusReport.Part(name, management + " does not answer"));
        }
        return null;
    }

    private @Nullable WarehouseCounts tables(List<StatusReport.Part> parts) {
        try (var connection = new Warehouse(warehouse.address())) {
            var counts = WarehouseCounts.read(connection);
            parts.add(new StatusReport.Part("warehouse", null));
            return counts;
        } catch (SQLException | CliFailure e) {
            parts.add(new StatusReport.Part(
                    "warehouse",
                    String.valueOf(e.getMessage()).lines().findFirst().orElse("")));
            return null;
        }
    }
}
