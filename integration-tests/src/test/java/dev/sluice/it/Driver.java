package dev.sluice.it;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code ./sluice send} in a process of its own: page views at a constant rate, and a file that has an event's id from the moment
 * its 2xx was read.
 */
final class Driver implements AutoCloseable {
    private static final Pattern SUMMARY = Pattern.compile(
            "sent (\\d+): accepted (\\d+), refused (\\d+), unanswered (\\d+)"
                    + " \\((\\d+) retries\\).*; accepted within p50 ([0-9.]+) ms, p99 ([0-9.]+) ms, at most ([0-9.]+) ms");

    /** A UUID and the end of the line. */
    private static final int LINE_BYTES = 37;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Launched process;
    private final Path ids;

    /**
     * @param events all in all
     * @param rate a second
     * @param retryFor how long an event that is refused or not answered is tried again
     * @param connections events under way at once
     */
    record Load(long events, int rate, Duration retryFor, int connections) {
        /** Each event until it is accepted, as a patient tracker does. */
        static Load of(long events, int rate) {
            return new Load(events, rate, Duration.ofMinutes(1), 32);
        }

        /** Until it is stopped. */
        static Load endless(int rate) {
            return of(1_000_000_000, rate);
        }

        /** Each event once, whatever becomes of it. */
        Load withoutRetries() {
            return new Load(events, rate, Duration.ZERO, connections);
        }

        Load over(int newConnections) {
            return new Load(events, rate, retryFor, newConnections);
        }
    }

    /** What it said at its end; times in milliseconds, from the moment at which an event was due. */
    record Summary(
            long sent,
            long accepted,
            long refused,
            long unanswered,
            long retries,
            double p50,
            double p99,
            double most) {}

    private Driver(Launched process, Path ids) {
        this.process = process;
        this.ids = ids;
    }

    /** @param folder for the ids, and for what the process prints */
    static Driver start(Path folder, URI collector, Load load, long seed, String siteId) throws IOException {
        Path ids = Files.createTempFile(folder, "acknowledged", ".txt");
        var arguments = new ArrayList<>(List.of("send", "--to", collector.toString(), "--ids", ids.toString()));
        arguments.addAll(List.of("--generate", String.valueOf(load.events()), "--rate", String.valueOf(load.rate())));
        arguments.addAll(List.of("--retry-for", String.valueOf(load.retryFor().toSeconds())));
        arguments.addAll(List.of("--connections", String.valueOf(load.connections())));
        arguments.addAll(List.of("--seed", String.valueOf(seed), "--site-id", siteId));
        var jvm = new Launched.Jvm(List.of(), List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        return new Driver(Launched.start(folder.resolve("test-logs"), jvm, Line.jar(), arguments), ids);
    }

    /** The ids of all events whose 2xx was read until now. */
    Set<String> acknowledged() throws IOException {
        return new HashSet<>(Files.readAllLines(ids));
    }

    /** How many these are; costs nothing, however many. */
    long acknowledgedSoFar() throws IOException {
        return Files.size(ids) / LINE_BYTES;
    }

    /** Waits until it has sent all. */
    Summary await(Duration patience) throws Exception {
        return summaryOf(process.await(patience));
    }

    /** Sends no more, waits for what is under way. */
    Summary stop() throws Exception {
        return summaryOf(process.stop(PATIENCE));
    }

    private static Summary summaryOf(Launched.Outcome outcome) {
        Matcher summary = SUMMARY.matcher(outcome.out());
        if (!summary.find()) {
            throw new AssertionError("no summary in: " + outcome.out() + outcome.err());
        }
        return new Summary(
                Long.parseLong(summary.group(1)),
                Long.parseLong(summary.group(2)),
                Long.parseLong(summary.group(3)),
                Long.parseLong(summary.group(4)),
                Long.parseLong(summary.group(5)),
                Double.parseDouble(summary.group(6)),
                Double.parseDouble(summary.group(7)),
                Double.parseDouble(summary.group(8)));
    }

    /** Kills it: what it has not been told by now it never hears. */
    Set<String> acknowledgedAtLast() throws IOException, InterruptedException {
        process.kill9();
        return acknowledged();
    }

    @Override
    public void close() {
        process.close();
    }
}
