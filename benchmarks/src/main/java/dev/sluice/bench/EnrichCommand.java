package dev.sluice.bench;

import dev.sluice.bench.load.Frames;
import dev.sluice.bench.report.MachineLoad;
import dev.sluice.bench.report.Report;
import dev.sluice.bench.report.Sample;
import dev.sluice.common.Frame;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.FrameFormatException;
import dev.sluice.common.table.Row;
import dev.sluice.loader.staging.BatchLimits;
import dev.sluice.loader.staging.RowBatchCollector;
import dev.sluice.processor.EnrichmentPipeline;
import dev.sluice.processor.WorkerPool;
import dev.sluice.processor.WorkerPoolSettings;
import dev.sluice.processor.enrich.StandardEnrichers;
import dev.sluice.processor.geo.GeoDatabases;
import dev.sluice.processor.useragent.CachedUserAgents;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice bench enrich}. */
@Command(
        name = "enrich",
        description = {
            "Processor time per event from a frame's bytes to compressed CSV, all columns filled.",
            "",
            "On one thread, as time of that thread, so that the machine's other work counts little: with the memory of user agents"
                    + " warm, and with every user agent a new one. Then through the pool of workers on one thread and on one"
                    + " for each core, as events a second.",
            ""
        },
        sortOptions = false)
final class EnrichCommand implements Callable<Integer> {
    private static final double P6 = 25_000;
    private static final int WARM_FRAMES = 100;
    /** More user agents than are remembered, so that none is met again in time. */
    private static final int COLD_FRAMES = 75;

    private static final int REMEMBERED = 10_000;
    private static final int READ_FRAMES = 10_000;
    private static final int IN_FLIGHT = 64;

    @Mixin
    RunOptions options = new RunOptions();

    @Option(
            names = "--access-log",
            paramLabel = "FILE.gz",
            defaultValue = "../shared/data/apache_logs.gz",
            description = "Whose user agents and referrers are used, where it is there (default: ${DEFAULT-VALUE}).")
    Path accessLog = Path.of("");

    @Option(
            names = "--country",
            paramLabel = "FILE.mmdb",
            defaultValue = "cli/target/geo/country.mmdb",
            description = "Database of countries, where it is there (default: ${DEFAULT-VALUE}).")
    Path country = Path.of("");

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    @Override
    public Integer call() throws IOException, InterruptedException, FrameFormatException, ExecutionException {
        options.check();
        Frames traffic = Files.exists(accessLog) ? Frames.with(accessLog) : Frames.generated();
        List<byte[]> warm = traffic.encoded(WARM_FRAMES, false);
        List<byte[]> cold = traffic.encoded(COLD_FRAMES, true);
        var registry = new SimpleMeterRegistry();
        Path places = Files.exists(country) ? country : null;
        try (var agents = new CachedUserAgents(REMEMBERED, registry);
                var geo = new GeoDatabases(places, null, Duration.ofDays(1), InstantSource.system(), registry)) {
            geo.start();
            var parts = StandardEnrichers.Parts.WITHOUT_DATA.with(agents, geo);
            var pipeline = new EnrichmentPipeline(StandardEnrichers.all(parts), InstantSource.system());
            var load = new MachineLoad();
            measure(pipeline, warm, cold, load);
        }
        return ExitCode.OK;
    }

    private void measure(EnrichmentPipeline pipeline, List<byte[]> warm, List<byte[]> cold, MachineLoad load)
            throws IOException, InterruptedException, FrameFormatException, ExecutionException {
        options.say("warming up ...");
        onThisThread(pipeline, warm, options.warmUp());
        var warmMicros = new ArrayList<Double>();
        var coldMicros = new ArrayList<Double>();
        var one = new ArrayList<Double>();
        var all = new ArrayList<Double>();
        int cores = Runtime.getRuntime().availableProcessors();
        for (int round = 1; round <= options.runs; round++) {
            warmMicros.add(onThisThread(pipeline, warm, options.measurement()));
            coldMicros.add(onThisThread(pipeline, cold, options.measurement()));
            // The new user agents have driven out the known ones.
            onThisThread(pipeline, warm, Duration.ofMillis(500));
            one.add(throughPool(pipeline, warm, 1));
            all.add(throughPool(pipeline, warm, cores));
            options.say(
                    "round %d of %d: warm %.1f µs, every user agent new %.1f µs; 1 thread %,.0f/s, %d threads %,.0f/s",
                    round,
                    options.runs,
                    warmMicros.getLast(),
                    coldMicros.getLast(),
                    one.getLast(),
                    cores,
                    all.getLast());
        }
        Report report = options.report();
        Sample perCore = report.keep("events/s per core, warm", perSecond(warmMicros));
        Sample perCoreCold = report.keep("events/s per core, cold", perSecond(coldMicros));
        report.table(
                List.of("", "CPU µs an event", "events/s per core"),
                List.of(
                        List.of(
                                "decode, enrich, CSV + gzip, warm",
                                report.keep("CPU µs, warm", new Sample(warmMicros))
                                        .text(),
                                perCore.text()),
                        List.of(
                                "the same, every user agent new",
                                report.keep("CPU µs, cold", new Sample(coldMicros))
                                        .text(),
                                perCoreCold.text())));
        report.demand("P6, events/s per core", perCore.text(), "at least 25,000", perCore.median() >= P6);
        report.remark("Through the pool, enrichment alone: 1 thread "
                + new Sample(one).text() + " events/s, " + cores + " threads "
                + new Sample(all).text() + "; ratio "
                + report.keep("pool, threads / 1 thread", Sample.ratios(all, one))
                        .text());
        report.remark(String.format(
                Locale.ROOT,
                "A read of %,d records of %d hits takes %.0f s on one core; a shard's iterator lives for 300 s.",
                READ_FRAMES,
                Frames.HITS,
                READ_FRAMES * (double) Frames.HITS / perCore.median()));
        options.finish(report, load);
    }

    private static Sample perSecond(List<Double> micros) {
        return new Sample(micros.stream().map(each -> 1e6 / each).toList());
    }

    /** Returns microseconds of this thread per event. */
    private double onThisThread(EnrichmentPipeline pipeline, List<byte[]> frames, Duration duration)
            throws FrameFormatException {
        var limits = new BatchLimits(Duration.ofHours(1), 32 << 20, 50_000);
        var collector = new RowBatchCollector("shardId-000000000000", limits, System::nanoTime);
        long start = threads.getCurrentThreadCpuTime();
        long events = 0;
        do {
            for (byte[] frame : frames) {
                List<Row> rows = pipeline.rows(FrameCodec.decode(frame));
                collector.add(Long.toString(events), rows);
                events += rows.size();
                if (collector.isDue()) {
                    collector.close();
                }
            }
        } while (threads.getCurrentThreadCpuTime() - start < duration.toNanos());
        collector.discard();
        return (threads.getCurrentThreadCpuTime() - start) / 1e3 / events;
    }

    /** Returns events a second. */
    private double throughPool(EnrichmentPipeline pipeline, List<byte[]> frames, int size)
            throws InterruptedException, FrameFormatException, ExecutionException {
        var decoded = new ArrayList<Frame>();
        for (byte[] frame : frames) {
            decoded.add(FrameCodec.decode(frame));
        }
        var settings = new WorkerPoolSettings(size, 256, 64 << 20, Duration.ofSeconds(5));
        try (var pool = new WorkerPool(pipeline, settings, new SimpleMeterRegistry())) {
            pool.start();
            var inFlight = new ArrayDeque<CompletableFuture<List<Row>>>();
            long events = 0;
            long start = System.nanoTime();
            for (int i = 0; System.nanoTime() - start < options.measurement().toNanos(); i++) {
                inFlight.add(pool.submit("shard", decoded.get(i % decoded.size())));
                if (inFlight.size() > IN_FLIGHT) {
                    events += inFlight.remove().get().size();
                }
            }
            while (!inFlight.isEmpty()) {
                events += inFlight.remove().get().size();
            }
            return events * 1e9 / (System.nanoTime() - start);
        }
    }
}
