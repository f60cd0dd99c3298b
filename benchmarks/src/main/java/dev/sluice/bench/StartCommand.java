package dev.sluice.bench;

import dev.sluice.bench.load.Arrivals;
import dev.sluice.bench.load.OpenLoop;
import dev.sluice.bench.load.Requests;
import dev.sluice.bench.report.MachineLoad;
import dev.sluice.bench.report.Report;
import dev.sluice.bench.report.Sample;
import dev.sluice.bench.server.Ingest;
import dev.sluice.bench.server.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code sluice bench start}. */
@Command(
        name = "start",
        description = {
            "From the start of the collector's process to its first answer of 200 on /health, with an empty journal.",
            "",
            "By turns: the jar as it is built, the same extracted as in the image, and extracted with a JDK AOT cache that an"
                    + " earlier run has left (-XX:AOTCacheOutput, -XX:AOTCache), as in the image.",
            ""
        },
        sortOptions = false)
final class StartCommand implements Callable<Integer> {
    private static final double P11_SECONDS = 3;

    @Mixin
    RunOptions options = new RunOptions();

    private record Way(String name, Path jar, List<String> flags, List<Double> seconds) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        options.check();
        try (Workbench bench = options.workbench()) {
            bench.startStream();
            Path extracted = bench.extractedIngest();
            options.say("training run for the AOT cache ...");
            Path cache = train(bench, extracted);
            List<Way> ways = List.of(
                    new Way("jar", bench.ingestJar(), List.of(), new ArrayList<>()),
                    new Way("extracted", extracted, List.of(), new ArrayList<>()),
                    new Way("extracted + AOT cache", extracted, List.of("-XX:AOTCache=" + cache), new ArrayList<>()));
            var load = new MachineLoad();
            for (int round = 1; round <= options.runs; round++) {
                for (Way way : ways) {
                    try (Ingest ingest = bench.launchIngest(way.jar(), way.flags())) {
                        double seconds = ingest.process().awaitAnswer("/health").toNanos() / 1e9;
                        way.seconds().add(seconds);
                        options.say("round %d of %d: %-22s %.2f s", round, options.runs, way.name(), seconds);
                    }
                }
            }
            Report report = options.report();
            var rows = new ArrayList<List<String>>();
            for (Way way : ways) {
                Sample sample = report.keep(way.name() + ", s", new Sample(way.seconds()));
                rows.add(List.of(way.name(), sample.text()));
            }
            report.table(List.of("ingest-api", "start to ready, s"), rows);
            report.remark("Medians of " + options.runs + " rounds, least and most in brackets. The AOT cache has "
                    + Files.size(cache) / 1_000_000 + " MB.");
            Sample best = new Sample(ways.getLast().seconds());
            report.demand(
                    "P11, start to ready from the image",
                    best.text() + " s",
                    "at most 3 s",
                    best.median() <= P11_SECONDS);
            options.finish(report, load);
        }
        return ExitCode.OK;
    }

    /** With some requests, so that what they need is in it too. */
    private static Path train(Workbench bench, Path extracted) throws IOException, InterruptedException {
        Path cache = bench.directory().resolve("ingest.aot");
        try (Ingest ingest = bench.launchIngest(extracted, List.of("-XX:AOTCacheOutput=" + cache))) {
            ingest.process().awaitAnswer("/health");
            var arrivals = new Arrivals(200, Duration.ofSeconds(2), 8);
            new OpenLoop(arrivals, Requests.pixels()).run(ingest.process().port(), 0);
            new OpenLoop(arrivals, Requests.posts()).run(ingest.process().port(), arrivals.count());
        }
        if (!Files.exists(cache)) {
            throw new IOException("the training run left no AOT cache");
        }
        return cache;
    }
}
