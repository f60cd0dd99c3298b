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
import dev.sluice.bench.server.ServerProcess;
import dev.sluice.bench.server.Workbench;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice bench edge}. */
@Command(
        name = "edge",
        description = {
            "Processor time per event: the collector, nginx, and one put per request.",
            "",
            "The collector is the service's own jar with its journal, all rules of protocol and privacy on, sending to a stand-in"
                    + " for Kinesis; its time includes sending all it took. nginx answers with its built-in pixel and does"
                    + " nothing else: what HTTP costs here. The third is a Spring controller that answers when Kinesis has"
                    + " the event. Both reach the stand-in over TLS, where nginx is installed. All get the same"
                    + " requests, by turns, so that a disturbance of the machine hits all alike. Processor time is what the"
                    + " operating system charges to each server's process; the load's and the stand-in's are not in it.",
            ""
        },
        sortOptions = false)
final class EdgeCommand implements Callable<Integer> {
    private static final double P1 = 5;
    private static final double P2 = 1.0 / 8;
    private static final int MOST_SLICES = 6;
    /** Who is not cheaper than this share of the slice before has warmed up. */
    private static final double STEADY = 0.95;

    @Mixin
    RunOptions options = new RunOptions();

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "64",
            description = "Kept connections (default: ${DEFAULT-VALUE}).")
    int connections;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "1700",
            description =
                    "Events a second of the runs at a constant rate; 0 leaves them out (default: ${DEFAULT-VALUE}).")
    double rate;

    @Option(
            names = "--kinesis-latency",
            paramLabel = "MS",
            defaultValue = "5",
            description = "What a call to Kinesis takes (default: ${DEFAULT-VALUE}).")
    int latencyMillis;

    @Option(
            names = "--other-jar",
            paramLabel = "FILE",
            description = "A second collector in the same run: another build's executable jar.")
    @Nullable Path otherJar;

    @Option(
            names = "--other-jvm",
            paramLabel = "FLAG",
            split = " ",
            description = "A second collector in the same run, with these flags for its JVM.")
    List<String> otherJvm = List.of();

    /** One server under one kind of request, and what the rounds gave. */
    private record Subject(
            String name,
            ServerProcess process,
            @Nullable Ingest ingest,
            Requests requests,
            Measured saturated,
            Measured paced) {}

    /** Lists by round. */
    private record Measured(
            List<Double> micros, List<Double> perSecond, List<Double> p50, List<Double> p99, List<Double> failed) {
        Measured() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        options.check();
        options.require(connections >= 1 && connections <= 4_096, "--connections is from 1 to 4096");
        options.require(rate >= 0 && rate <= 100_000, "--rate is from 0 to 100000");
        options.require(latencyMillis >= 0 && latencyMillis <= 10_000, "--kinesis-latency is from 0 to 10000");
        try (Workbench bench = options.workbench()) {
            options.say("starting the servers ...");
            List<Subject> subjects = start(bench);
            var saturation = Saturation.with(connections);
            for (Subject subject : subjects) {
                warmUp(subject, saturation);
            }
            var load = new MachineLoad();
            for (int round = 1; round <= options.runs; round++) {
                for (Subject subject : subjects) {
                    saturate(subject, saturation, round);
                }
                for (Subject subject : subjects) {
                    if (rate > 0) {
                        pace(subject, round);
                    }
                }
            }
            Report report = options.report();
            describe(report, subjects);
            options.finish(report, load);
        }
        return ExitCode.OK;
    }

    private List<Subject> start(Workbench bench) throws IOException, InterruptedException {
        ServerProcess stream = bench.startStream();
        bench.faultsOf(stream).latency(Duration.ofMillis(latencyMillis));
        Ingest ingest = bench.startIngest();
        var subjects = new ArrayList<Subject>();
        subjects.add(subject("Sluice, pixel", ingest.process(), ingest, Requests.pixels()));
        if (otherJar != null || !otherJvm.isEmpty()) {
            Path jar = otherJar == null ? bench.extractedIngest() : bench.extract(otherJar, "other");
            Ingest other = bench.launchIngest(jar, otherJvm);
            other.process().awaitAnswer("/health");
            subjects.add(subject("the other, pixel", other.process(), other, Requests.pixels()));
        }
        Optional<ServerProcess> nginx = bench.startNginx();
        nginx.ifPresentOrElse(
                process -> subjects.add(subject("nginx `empty_gif`", process, null, Requests.pixels())),
                () -> options.say("SKIPPED: nginx is not installed (Debian: nginx-light)"));
        subjects.add(subject("a put per request", bench.startSeed(), null, Requests.pixels()));
        subjects.add(subject("Sluice, POST of one event", ingest.process(), ingest, Requests.posts()));
        return subjects;
    }

    private static Subject subject(String name, ServerProcess process, @Nullable Ingest ingest, Requests requests) {
        return new Subject(name, process, ingest, requests, new Measured(), new Measured());
    }

    /** Until two slices in a row cost about the same: on a busy machine the JIT compiler needs longer. */
    private void warmUp(Subject subject, Saturation saturation) throws IOException, InterruptedException {
        if (options.warmUpSeconds == 0) {
            return;
        }
        options.say("warming up: %s", subject.name());
        Duration slice = options.warmUp().dividedBy(2).plusMillis(500);
        double last = Double.MAX_VALUE;
        for (int i = 0; i < MOST_SLICES; i++) {
            Duration before = subject.process().processorTime();
            Counted counted = saturation.run(subject.process().port(), subject.requests(), slice);
            settle(subject);
            double micros = micros(subject, before, counted.accepted());
            if (micros > STEADY * last) {
                return;
            }
            last = micros;
        }
    }

    private void saturate(Subject subject, Saturation saturation, int round) throws IOException, InterruptedException {
        Duration before = subject.process().processorTime();
        long start = System.nanoTime();
        Counted counted = saturation.run(subject.process().port(), subject.requests(), options.measurement());
        double seconds = (System.nanoTime() - start) / 1e9;
        settle(subject);
        double micros = micros(subject, before, counted.accepted());
        Measured measured = subject.saturated();
        measured.micros().add(micros);
        measured.perSecond().add(counted.accepted() / seconds);
        measured.failed().add((double) counted.refused() + counted.broken());
        options.say(
                "round %d of %d, saturated: %-26s %7.1f µs an event, %,.0f/s%s",
                round, options.runs, subject.name(), micros, counted.accepted() / seconds, failures(counted));
    }

    private static String failures(Counted counted) {
        return counted.refused() + counted.broken() == 0
                ? ""
                : ", " + counted.refused() + " refused, " + counted.broken() + " broken";
    }

    private void pace(Subject subject, int round) throws IOException, InterruptedException {
        Duration before = subject.process().processorTime();
        var arrivals = new Arrivals(rate, options.measurement(), connections);
        OpenLoopResult result =
                new OpenLoop(arrivals, subject.requests()).run(subject.process().port(), round * arrivals.count());
        settle(subject);
        double micros = micros(subject, before, result.accepted());
        Measured measured = subject.paced();
        measured.micros().add(micros);
        measured.perSecond().add(rate);
        measured.p50().add(result.millisAt(50));
        measured.p99().add(result.millisAt(99));
        measured.failed().add((double) result.arrived() - result.accepted());
        options.say(
                "round %d of %d, %,.0f/s:    %-26s %7.1f µs an event, p50 %.2f ms, p99 %.2f ms",
                round, options.runs, rate, subject.name(), micros, result.millisAt(50), result.millisAt(99));
    }

    /** What is still to be sent is part of the event's cost, and must not fall to whoever is measured next. */
    private static void settle(Subject subject) throws IOException, InterruptedException {
        if (subject.ingest() != null) {
            subject.ingest().awaitSent();
        }
    }

    private static double micros(Subject subject, Duration before, long events) throws IOException {
        if (events == 0) {
            throw new IOException(subject.process() + " accepted nothing");
        }
        return subject.process().processorTime().minus(before).toNanos() / 1e3 / events;
    }

    private void describe(Report report, List<Subject> subjects) {
        var rows = new ArrayList<List<String>>();
        for (Subject subject : subjects) {
            rows.add(row(report, subject, "saturated", subject.saturated()));
        }
        if (rate > 0) {
            for (Subject subject : subjects) {
                rows.add(row(report, subject, String.format(Locale.ROOT, "at %,.0f/s", rate), subject.paced()));
            }
        }
        report.table(
                List.of("server", "load", "CPU µs an event", "events/s", "p50 ms", "p99 ms", "not accepted"), rows);
        report.remark("Medians of " + options.runs + " rounds of " + options.seconds
                + " s each, least and most in brackets.");
        Subject sluice = subjects.getFirst();
        for (Subject other : subjects) {
            Sample ratio =
                    Sample.ratios(sluice.saturated().micros(), other.saturated().micros());
            if (other.name().startsWith("the other")) {
                report.remark("CPU an event, Sluice / the other: "
                        + report.keep("Sluice / the other", ratio).text());
            } else if (other.name().startsWith("nginx")) {
                report.keep("P1", ratio);
                report.demand("P1, CPU an event, Sluice / nginx", ratio.text(), "at most 5", ratio.median() <= P1);
            } else if (other.name().startsWith("a put")) {
                report.keep("P2", ratio);
                report.demand(
                        "P2, CPU an event, Sluice / a put per request",
                        "1/" + Sample.number(1 / ratio.median()) + ", " + ratio.text(),
                        "at most 1/8",
                        ratio.median() <= P2);
            }
        }
    }

    private static List<String> row(Report report, Subject subject, String load, Measured measured) {
        String name = subject.name() + ", " + load;
        Sample micros = report.keep(name + ", CPU µs an event", new Sample(measured.micros()));
        Sample perSecond = report.keep(name + ", events/s", new Sample(measured.perSecond()));
        double failed =
                measured.failed().stream().mapToDouble(Double::doubleValue).sum();
        return List.of(
                subject.name(),
                load,
                micros.text(),
                Sample.number(perSecond.median()),
                measured.p50().isEmpty()
                        ? ""
                        : report.keep(name + ", p50 ms", new Sample(measured.p50()))
                                .text(),
                measured.p99().isEmpty()
                        ? ""
                        : report.keep(name + ", p99 ms", new Sample(measured.p99()))
                                .text(),
                Sample.number(failed).replace(".000", ""));
    }
}
