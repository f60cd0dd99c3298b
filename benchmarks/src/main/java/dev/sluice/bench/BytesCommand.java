package dev.sluice.bench;

import dev.sluice.bench.report.MachineLoad;
import dev.sluice.bench.report.Report;
import dev.sluice.bench.report.Sample;
import dev.sluice.bench.server.Ingest;
import dev.sluice.bench.server.Metrics;
import dev.sluice.bench.server.Workbench;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice bench bytes}. */
@Command(
        name = "bytes",
        description = {
            "Bytes per event on the stream, as Kinesis bills them, and so how many events a second a shard holds.",
            "",
            "Sends real requests of an access log, when one is given, and generated page views, each by ./sluice send.",
            ""
        },
        sortOptions = false)
final class BytesCommand implements Callable<Integer> {
    private static final double P5_BYTES = 160;
    private static final double SHARD_BYTES_PER_SECOND = 1024 * 1024;

    @Mixin
    RunOptions options = new RunOptions();

    @Option(
            names = "--access-log",
            paramLabel = "FILE",
            description = "In combined format, plain or .gz (default: ../shared/data/apache_logs.gz when it is there).")
    @Nullable Path accessLog;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "1700",
            description = "Events a second (default: ${DEFAULT-VALUE}).")
    double rate;

    private record Traffic(String name, List<String> arguments, List<Double> bytes, List<Double> hits) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        options.check();
        options.require(rate > 0 && rate <= 100_000, "--rate is more than 0 and at most 100000");
        List<Traffic> traffics = traffics();
        try (Workbench bench = options.workbench()) {
            bench.startStream();
            Ingest ingest = bench.startIngest();
            var load = new MachineLoad();
            for (int round = 1; round <= options.runs; round++) {
                for (Traffic traffic : traffics) {
                    measure(bench, ingest, traffic, round);
                }
            }
            Report report = options.report();
            describe(report, traffics);
            options.finish(report, load);
        }
        return ExitCode.OK;
    }

    private List<Traffic> traffics() {
        var traffics = new ArrayList<Traffic>();
        Path log = accessLog != null ? accessLog : Path.of("../shared/data/apache_logs.gz");
        if (Files.isReadable(log)) {
            traffics.add(new Traffic(
                    "requests of " + log.getFileName(),
                    List.of("--access-log", log.toAbsolutePath().toString(), "--all"),
                    new ArrayList<>(),
                    new ArrayList<>()));
        } else {
            options.say("SKIPPED: there is no access log %s", log);
        }
        long events = Math.max(1, (long) (rate * options.seconds));
        traffics.add(new Traffic(
                "generated page views",
                List.of("--generate", Long.toString(events), "--seed", "1"),
                new ArrayList<>(),
                new ArrayList<>()));
        return traffics;
    }

    private void measure(Workbench bench, Ingest ingest, Traffic traffic, int round)
            throws IOException, InterruptedException {
        Metrics before = ingest.metrics();
        var arguments = new ArrayList<>(List.of("send", "--rate", Double.toString(rate), "--to"));
        arguments.add("http://127.0.0.1:" + ingest.process().port());
        arguments.addAll(traffic.arguments());
        var send = new ProcessBuilder(bench.program("dev.sluice.cli.Sluice", arguments))
                .redirectErrorStream(true)
                .start();
        String output = new String(send.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (send.waitFor() != 0) {
            throw new IOException("sluice send failed: " + output.strip());
        }
        ingest.awaitSent();
        Metrics after = ingest.metrics();
        double hits = after.sum("sluice_ingest_frame_hits_sum") - before.sum("sluice_ingest_frame_hits_sum");
        double bytes = after.sum("sluice_ingest_frame_bytes_sum") - before.sum("sluice_ingest_frame_bytes_sum");
        double frames = after.sum("sluice_ingest_frame_hits_count") - before.sum("sluice_ingest_frame_hits_count");
        traffic.bytes().add(bytes / hits);
        traffic.hits().add(hits / frames);
        options.say(
                "round %d of %d: %-30s %.1f bytes an event, %,.0f events in frames of %.0f",
                round, options.runs, traffic.name(), bytes / hits, hits, hits / frames);
    }

    private void describe(Report report, List<Traffic> traffics) {
        var rows = new ArrayList<List<String>>();
        for (Traffic traffic : traffics) {
            Sample bytes = report.keep(traffic.name() + ", bytes an event", new Sample(traffic.bytes()));
            rows.add(List.of(
                    traffic.name(),
                    bytes.text(),
                    Sample.number(new Sample(traffic.hits()).median()),
                    Sample.number(SHARD_BYTES_PER_SECOND / bytes.median())));
        }
        report.table(
                List.of("traffic", "bytes an event on the stream", "events a frame", "events/s a shard holds"), rows);
        Sample first = new Sample(traffics.getFirst().bytes());
        report.demand(
                String.format(java.util.Locale.ROOT, "P5, bytes an event at %,.0f/s", rate),
                first.text(),
                "at most 160",
                first.median() <= P5_BYTES);
    }
}
