package dev.sluice.bench;

import dev.sluice.bench.load.Arrivals;
import dev.sluice.bench.load.OpenLoop;
import dev.sluice.bench.load.OpenLoopResult;
import dev.sluice.bench.load.Requests;
import dev.sluice.bench.report.MachineLoad;
import dev.sluice.bench.report.Report;
import dev.sluice.bench.report.Sample;
import dev.sluice.bench.server.Ingest;
import dev.sluice.bench.server.Metrics;
import dev.sluice.bench.server.ServerProcess;
import dev.sluice.bench.server.StreamFaults;
import dev.sluice.bench.server.Workbench;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice bench latency}. */
@Command(
        name = "latency",
        description = {
            "Latency of accepting an event while Kinesis answers in 5 ms, in 5 s, and not at all.",
            "",
            "Open loop: events arrive at a constant rate, and each latency counts from when its event was due. The three take"
                    + " turns within one process of the collector; what piled up is sent before the next turn begins. In the"
                    + " end every event whose 200 was read must have been sent.",
            ""
        },
        sortOptions = false)
final class LatencyCommand implements Callable<Integer> {
    private static final double P3 = 0.2;
    private static final Duration USUAL = Duration.ofMillis(5);
    private static final Duration SLOW = Duration.ofSeconds(5);

    @Mixin
    RunOptions options = new RunOptions();

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "1700",
            description = "Events a second (default: ${DEFAULT-VALUE}).")
    double rate;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "64",
            description = "Kept connections (default: ${DEFAULT-VALUE}).")
    int connections;

    @Option(
            names = "--ids",
            paramLabel = "FILE",
            description = "Writes the event id of each request whose 200 was read, one a line.")
    @Nullable Path ids;

    private record Phase(String name, Fault fault, List<Double> p50, List<Double> p99, List<Double> p999) {
        Phase(String name, Fault fault) {
            this(name, fault, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    private interface Fault {
        void set(StreamFaults faults) throws IOException, InterruptedException;
    }

    private final List<Phase> phases = List.of(
            new Phase("5 ms", faults -> faults.latency(USUAL)),
            new Phase("5 s", faults -> faults.latency(SLOW)),
            new Phase("down", StreamFaults::down));

    private long arrived;
    private long accepted;

    @Override
    public Integer call() throws IOException, InterruptedException {
        options.check();
        options.require(rate > 0 && rate <= 100_000, "--rate is more than 0 and at most 100000");
        options.require(connections >= 1 && connections <= 4_096, "--connections is from 1 to 4096");
        try (Workbench bench = options.workbench();
                var idFile = new PrintWriter(
                        ids == null ? Writer.nullWriter() : Files.newBufferedWriter(ids, StandardCharsets.US_ASCII))) {
            ServerProcess stream = bench.startStream();
            StreamFaults faults = bench.faultsOf(stream);
            faults.latency(USUAL);
            Ingest ingest = bench.startIngest();
            if (options.warmUpSeconds > 0) {
                options.say("warming up ...");
                run(ingest, options.warmUp(), idFile);
                ingest.awaitSent();
            }
            var load = new MachineLoad();
            for (int round = 1; round <= options.runs; round++) {
                for (Phase phase : phases) {
                    measure(phase, faults, ingest, idFile, round);
                }
            }
            Metrics end = ingest.metrics();
            Report report = options.report();
            describe(report, end);
            options.finish(report, load);
        }
        return ExitCode.OK;
    }

    private void measure(Phase phase, StreamFaults faults, Ingest ingest, PrintWriter idFile, int round)
            throws IOException, InterruptedException {
        phase.fault().set(faults);
        OpenLoopResult result = run(ingest, options.measurement(), idFile);
        phase.p50().add(result.millisAt(50));
        phase.p99().add(result.millisAt(99));
        phase.p999().add(result.millisAt(99.9));
        options.say(
                "round %d of %d, Kinesis %-5s p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms, not accepted %d of %d",
                round,
                options.runs,
                phase.name(),
                result.millisAt(50),
                result.millisAt(99),
                result.millisAt(99.9),
                result.arrived() - result.accepted(),
                result.arrived());
        faults.latency(USUAL);
        ingest.awaitSent();
    }

    private OpenLoopResult run(Ingest ingest, Duration duration, PrintWriter idFile)
            throws IOException, InterruptedException {
        var arrivals = new Arrivals(rate, duration, connections);
        OpenLoopResult result = new OpenLoop(arrivals, Requests.pixels(), id -> idFile.println(id))
                .run(ingest.process().port(), arrived);
        arrived += result.arrived();
        accepted += result.accepted();
        return result;
    }

    private void describe(Report report, Metrics end) {
        var rows = new ArrayList<List<String>>();
        for (Phase phase : phases) {
            rows.add(List.of(
                    phase.name(),
                    report.keep("Kinesis " + phase.name() + ", p50 ms", new Sample(phase.p50()))
                            .text(),
                    report.keep("Kinesis " + phase.name() + ", p99 ms", new Sample(phase.p99()))
                            .text(),
                    report.keep("Kinesis " + phase.name() + ", p99.9 ms", new Sample(phase.p999()))
                            .text()));
        }
        report.table(List.of("Kinesis answers in", "p50 ms", "p99 ms", "p99.9 ms"), rows);
        report.remark(String.format(
                java.util.Locale.ROOT,
                "Medians of %d rounds of %d s at %,.0f/s, least and most in brackets.",
                options.runs,
                options.seconds,
                rate));
        for (Phase phase : phases.subList(1, phases.size())) {
            Sample ratio = report.keep(
                    "P3 " + phase.name(),
                    Sample.ratios(phase.p99(), phases.getFirst().p99()));
            report.demand(
                    "P3, p99 with Kinesis " + phase.name() + " / at 5 ms",
                    ratio.text(),
                    "0.8 to 1.2",
                    Math.abs(ratio.median() - 1) <= P3);
        }
        String sums = String.format(
                java.util.Locale.ROOT,
                "%,d of %,d answered 200, %,d taken by the journal, %,d sent",
                accepted,
                arrived,
                end.accepted(),
                end.sent());
        // An answer that came after the client had gone is taken and not acknowledged.
        report.demand("Acknowledged is sent", sums, "all", end.sent() == end.accepted() && accepted <= end.accepted());
    }
}
