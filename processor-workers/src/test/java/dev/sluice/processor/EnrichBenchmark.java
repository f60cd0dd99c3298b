package dev.sluice.processor;

import dev.sluice.common.Frame;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.FrameFormatException;
import dev.sluice.common.RawHit;
import dev.sluice.common.table.Row;
import dev.sluice.processor.enrich.StandardEnrichers;
import dev.sluice.processor.geo.GeoDatabases;
import dev.sluice.processor.useragent.CachedUserAgents;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/**
 * How much CPU one page view costs from the bytes of a frame to its row, on one thread: what the tracker posts, one
 * event a request, 200 requests a frame. CPU time of the thread, so that neighbours on the machine don't count.
 * Arguments: seconds for each of five rounds (3); a database of places in MaxMind's format (none).
 */
public final class EnrichBenchmark {
    private static final int FRAMES = 50;
    private static final int HITS = 200;
    private static final int ROUNDS = 5;

    private EnrichBenchmark() {}

    public static void main(String[] args) throws FrameFormatException {
        Duration round = Duration.ofSeconds(args.length == 0 ? 3 : Integer.parseInt(args[0]));
        List<byte[]> frames = frames(new Random(1));
        var registry = new SimpleMeterRegistry();
        var agents = new CachedUserAgents(10_000, registry);
        Path places = args.length < 2 ? null : Path.of(args[1]);
        try (var databases = new GeoDatabases(places, null, Duration.ofDays(1), InstantSource.system(), registry)) {
            databases.start();
            rounds(frames, round, StandardEnrichers.all(StandardEnrichers.Parts.WITHOUT_DATA.with(agents, databases)));
        }
    }

    private static void rounds(List<byte[]> frames, Duration round, List<Enricher> enrichers)
            throws FrameFormatException {
        var pipeline = new EnrichmentPipeline(enrichers, InstantSource.system());
        run(frames, pipeline, round);
        for (int i = 0; i < ROUNDS; i++) {
            double micros = run(frames, pipeline, round);
            System.out.println(String.format(
                    Locale.ROOT, "%.2f us of CPU per event, %,.0f events/s per core", micros, 1_000_000 / micros));
        }
    }

    private static double run(List<byte[]> frames, EnrichmentPipeline pipeline, Duration round)
            throws FrameFormatException {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        long events = 0;
        while (threads.getCurrentThreadCpuTime() - start < round.toNanos()) {
            for (byte[] frame : frames) {
                List<Row> rows = pipeline.rows(FrameCodec.decode(frame));
                events += rows.size();
            }
        }
        return (threads.getCurrentThreadCpuTime() - start) / 1_000.0 / events;
    }

    private static List<byte[]> frames(Random random) {
        var frames = new ArrayList<byte[]>();
        for (int f = 0; f < FRAMES; f++) {
            var hits = new ArrayList<RawHit>();
            for (int h = 0; h < HITS; h++) {
                hits.add(hit(random));
            }
            frames.add(FrameCodec.encode(new Frame(TestHits.EPOCH, (long) f * HITS, hits)));
        }
        return frames;
    }

    private static RawHit hit(Random random) {
        String body = TestHits.CAPTURED
                .replace(TestHits.EID, new UUID(random.nextLong(), random.nextLong()).toString())
                .replace(
                        "209a46c7-5e1b-4f0a-9d8c-6b7a5e4f3d21",
                        new UUID(random.nextLong(), random.nextLong()).toString())
                .replace(
                        "/p/1?",
                        "/products/" + random.nextInt(5_000) + "?utm_medium=mail&gclid=" + random.nextLong() + "&");
        RawHit posted = TestHits.post(body);
        return new RawHit(
                Instant.now(),
                TestHits.VISITOR,
                posted.method(),
                posted.path(),
                "",
                Map.of(
                        "user-agent",
                        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                        "accept-language",
                        "en-US,en;q=0.9",
                        "content-type",
                        "application/json; charset=UTF-8",
                        "referer",
                        "https://shop.example.com/"),
                posted.body());
    }
}
