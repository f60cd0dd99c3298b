package dev.sluice.bench;

import dev.sluice.bench.load.Arrivals;
import dev.sluice.bench.load.Counted;
import dev.sluice.bench.load.OpenLoop;
import dev.sluice.bench.load.OpenLoopResult;
import dev.sluice.bench.load.Requests;
import dev.sluice.bench.load.Saturation;
import dev.sluice.bench.report.MachineLoad;
import dev.sluice.bench.report.Report;
import dev.sluice.bench.report.Sample;
import dev.sluice.bench.server.Ingest;
import dev.sluice.bench.server.Metrics;
import dev.sluice.bench.server.ServerProcess;
import dev.sluice.bench.server.Workbench;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice bench overload}. */
@Command(
        name = "overload",
        description = {
            "What is left of the collector's peak when twice as much arrives, and how soon it is itself again.",
            "",
            "Each round: the peak by a closed loop; then events arrive, open loop, at half the peak, at twice the peak, and at half"
                    + " the peak again. Goodput is what was accepted within the 5 s after which trackers give up. Back to"
                    + " normal is the first second after the overload from which on all are accepted and p99 is at most"
                    + " twice (and 10 ms more than) that before it.",
            "",
            "With two cores or more (and taskset) the collector has the first to itself: twice the load costs whoever sends it"
                    + " twice as much, and none of that may come out of the collector's share.",
            ""
        },
        sortOptions = false)
final class OverloadCommand implements Callable<Integer> {
    private static final double P4 = 0.8;
    private static final int P4_SECONDS = 10;
    private static final int RECOVERY_SECONDS = 15;
    private static final double SLACK_MILLIS = 10;
    /** Who accepts more than this share of what arrives isn't overloaded. */
    private static final double ALL = 0.95;

    @Mixin
    RunOptions options = new RunOptions();

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "512",
            description = "Kept connections during the overload (default: ${DEFAULT-VALUE}).")
    int connections;

    @Option(
            names = "--factor",
            paramLabel = "X",
            defaultValue = "2",
            description = "Of the peak (default: ${DEFAULT-VALUE}).")
    double factor;

    private final List<Double> peaks = new ArrayList<>();
    private final List<Double> goodputs = new ArrayList<>();
    private final List<Double> normalP99 = new ArrayList<>();
    private final List<Double> overloadP99 = new ArrayList<>();
    private final List<Double> refused = new ArrayList<>();
    private final List<Double> recovery = new ArrayList<>();
    private long number;
    private boolean ownCore;

    @Override
    public Integer call() throws IOException, InterruptedException {
        options.check();
        options.require(connections >= 1 && connections <= 4_096, "--connections is from 1 to 4096");
        options.require(factor >= 1.5 && factor <= 20, "--factor is from 1.5 to 20");
        try (Workbench bench = options.workbench()) {
            ownCore = bench.separateCores();
            if (!ownCore) {
                options.say("the collector shares its cores with the load: goodput is less by what the load takes");
            }
            ServerProcess stream = bench.startStream();
            bench.faultsOf(stream).latency(Duration.ofMillis(5));
            Ingest ingest = bench.startIngest();
            var saturation = Saturation.with(64);
            if (options.warmUpSeconds > 0) {
                options.say("warming up ...");
                saturation.run(ingest.process().port(), Requests.pixels(), options.warmUp());
                ingest.awaitSent();
            }
            var load = new MachineLoad();
            for (int round = 1; round <= options.runs; round++) {
                measure(ingest, saturation, round);
            }
            Metrics end = ingest.metrics();
            Report report = options.report();
            describe(report, end);
            options.finish(report, load);
        }
        return ExitCode.OK;
    }

    private void measure(Ingest ingest, Saturation saturation, int round) throws IOException, InterruptedException {
        int port = ingest.process().port();
        Counted counted = saturation.run(port, Requests.pixels(), options.measurement());
        ingest.awaitSent();
        double peak = (double) counted.accepted() / options.seconds;
        OpenLoopResult before = arrive(port, peak / 2, options.measurement());
        double usual = before.millisAt(99);
        OpenLoopResult overload = overload(port, peak);
        while (goodput(overload) > ALL * peak * factor) {
            // What was called the peak was something else's fault: nothing has been overloaded yet.
            peak = goodput(overload);
            options.say("round %d of %d: took all of %,.0f/s, so more", round, options.runs, peak);
            overload = overload(port, peak);
        }
        OpenLoopResult after = arrive(port, peak / 2, Duration.ofSeconds(RECOVERY_SECONDS));
        ingest.awaitSent();
        int seconds = secondsToNormal(after, usual, peak / 2);
        peaks.add(peak);
        goodputs.add(goodput(overload));
        normalP99.add(usual);
        overloadP99.add(overload.millisAt(99));
        refused.add(100.0 * overload.refused() / overload.arrived());
        recovery.add((double) seconds);
        options.say(
                "round %d of %d: peak %,.0f/s, at %,.0f/s accepted %,.0f/s, refused %,d, broken %,d, given up %,d;"
                        + " p99 %.1f ms before, %.0f ms in it; normal after %d s",
                round,
                options.runs,
                peak,
                peak * factor,
                goodput(overload),
                overload.refused(),
                overload.broken(),
                overload.givenUp(),
                usual,
                overload.millisAt(99),
                seconds);
    }

    private OpenLoopResult overload(int port, double peak) throws IOException, InterruptedException {
        return arrive(port, peak * factor, options.measurement().multipliedBy(2));
    }

    /** Of the time in which they arrived; what is answered after it does not count. */
    private double goodput(OpenLoopResult overload) {
        return overload.acceptedWithin(2 * options.seconds) / (2.0 * options.seconds);
    }

    private OpenLoopResult arrive(int port, double perSecond, Duration duration)
            throws IOException, InterruptedException {
        OpenLoopResult result =
                new OpenLoop(new Arrivals(perSecond, duration, connections), Requests.pixels()).run(port, number);
        number += result.arrived();
        return result;
    }

    /** The last second that was not normal, and one more. */
    static int secondsToNormal(OpenLoopResult after, double usualMillis, double perSecond) {
        for (int second = RECOVERY_SECONDS - 1; second >= 0; second--) {
            boolean all = after.acceptedOf(second) >= (long) perSecond - 1;
            double most = Math.max(2 * usualMillis, usualMillis + SLACK_MILLIS);
            if (!all || after.millisAt(99, second) > most) {
                return second + 1;
            }
        }
        return 0;
    }

    private void describe(Report report, Metrics end) {
        Sample share = report.keep("P4 goodput / peak", Sample.ratios(goodputs, peaks));
        Sample back = report.keep("P4 seconds to normal", new Sample(recovery));
        report.table(
                List.of("", "median (least to most)"),
                List.of(
                        List.of(
                                "peak, events/s",
                                report.keep("peak", new Sample(peaks)).text()),
                        List.of(
                                "goodput at " + Sample.number(factor) + " times the peak, events/s",
                                report.keep("goodput", new Sample(goodputs)).text()),
                        List.of(
                                "refused of it, %",
                                report.keep("refused", new Sample(refused)).text()),
                        List.of(
                                "p99 at half the peak, ms",
                                report.keep("normal p99", new Sample(normalP99)).text()),
                        List.of(
                                "p99 of what was accepted in overload, ms",
                                report.keep("overload p99", new Sample(overloadP99))
                                        .text()),
                        List.of("seconds to normal", back.text()),
                        List.of("the collector's cores", ownCore ? "one of its own" : "shared with the load")));
        report.demand("P4, goodput / peak", share.text(), "at least 0.8", share.median() >= P4);
        report.demand("P4, seconds to normal", back.text(), "at most 10", back.median() <= P4_SECONDS);
        report.demand(
                "Accepted is sent",
                String.format(java.util.Locale.ROOT, "%,d accepted, %,d sent", end.accepted(), end.sent()),
                "all",
                end.accepted() == end.sent());
    }
}
