package dev.sluice.processor.useragent;

import com.google.errorprone.annotations.FormatMethod;
import dev.sluice.processor.geo.GeoDatabases;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntConsumer;

/**
 * What it costs to know a device and a place: the start, the heap, a user agent that is new, one that is known, one that
 * is hostile, an address. CPU time of the thread, so that neighbours on the machine don't count. Argument: a database of
 * places in MaxMind's format, if there is one.
 */
public final class DeviceBenchmark {
    private static final int NEW_AGENTS = 3_000;
    private static final int KNOWN_AGENTS = 2_000_000;

    private static final List<String> BROWSERS = List.of(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Safari/537.36",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_%d like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:%1$d.0) Gecko/20100101 Firefox/%1$d.0",
            "Mozilla/5.0 (Linux; Android 15; SM-S931B Build/AP3A.%d.015.A2; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/127.0.6533.103 Mobile Safari/537.36");

    private DeviceBenchmark() {}

    public static void main(String[] args) {
        long before = heap();
        long start = System.nanoTime();
        var parser = new UserAgentParser();
        say("rules of user agents read in %d ms", (System.nanoTime() - start) / 1_000_000);
        say("heap they hold: %d MB", (heap() - before) >> 20);

        start = System.nanoTime();
        CrawlerList crawlers = CrawlerList.builtIn();
        say("list of %d crawlers read in %d ms", crawlers.size(), (System.nanoTime() - start) / 1_000_000);

        for (int round = 1; round <= 3; round++) {
            int base = round * NEW_AGENTS;
            micros("a browser's user agent taken apart", NEW_AGENTS, i -> parser.parse(browser(base + i)));
        }
        micros("a browser's looked for among the crawlers", NEW_AGENTS, i -> crawlers.matches(browser(i)));
        var random = new Random(1);
        micros("random letters and blanks taken apart", 200, i -> parser.parse(words(random)));

        try (var agents = new CachedUserAgents(1_000, crawlers, () -> parser, new SimpleMeterRegistry())) {
            String[] known = new String[500];
            Arrays.setAll(known, DeviceBenchmark::browser);
            for (String userAgent : known) {
                agents.of(userAgent);
            }
            // As each event brings its own copy of the text: hashed and compared anew.
            micros("a known user agent", KNOWN_AGENTS, i -> agents.of(new String(known[i % 500].toCharArray())));
        }
        if (args.length > 0) {
            places(Path.of(args[0]));
        }
    }

    private static void places(Path file) {
        long before = heap();
        long start = System.nanoTime();
        try (var places =
                new GeoDatabases(file, null, Duration.ofDays(1), InstantSource.system(), new SimpleMeterRegistry())) {
            places.start();
            say("%s read in %d ms", places.version(), (System.nanoTime() - start) / 1_000_000);
            say("heap it holds: %d MB", (heap() - before) >> 20);
            var random = new Random(1);
            for (int round = 1; round <= 3; round++) {
                micros("an address looked up", 500_000, _ -> places.of(address(random)));
            }
        }
    }

    private static InetAddress address(Random random) {
        byte[] bytes = new byte[4];
        random.nextBytes(bytes);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String browser(int i) {
        return String.format(Locale.ROOT, BROWSERS.get(i % BROWSERS.size()), i);
    }

    private static String words(Random random) {
        var out = new StringBuilder();
        while (out.length() < UserAgentParser.MAX_CHARS) {
            out.append((char) ('a' + random.nextInt(26))).append(random.nextInt(11) == 0 ? " " : "");
        }
        return out.toString();
    }

    private static void micros(String what, int times, IntConsumer step) {
        var threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < times; i++) {
            step.accept(i);
        }
        say("%s: %.2f us", what, (threads.getCurrentThreadCpuTime() - start) / 1_000.0 / times);
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @FormatMethod
    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
