package dev.sluice.cli.send;

import dev.sluice.cli.line.CliFailure;
import dev.sluice.cli.line.DataOption;
import dev.sluice.cli.line.EarlyEnd;
import dev.sluice.cli.line.RunningLine;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice send}. */
@Command(
        name = "send",
        description = {
            "Sends page views to a collector, at a constant rate.",
            "",
            "From an access log in combined format, plain or .gz: the url is --site and the line's path with its query; referrer,"
                    + " user agent, client address and time are the line's. A page view is a GET answered 200 that isn't"
                    + " for a style sheet, a script, an image or another file. Sent again, a file changes nothing: each"
                    + " event's id comes from its line's number and content. The client address goes as X-Forwarded-For,"
                    + " which a collector believes from proxies it trusts.",
            "",
            "An event that is answered 503, or not at all, is sent again under the same id for --retry-for.",
            "",
            "The times in the summary count from the moment at which --rate says that an event is due, so a collector that"
                    + " stalls cannot hide what waited meanwhile. Ctrl-C ends the sending early and prints the summary.",
            ""
        },
        sortOptions = false)
public final class SendCommand implements Callable<Integer> {
    @ArgGroup(multiplicity = "1")
    Source source = new Source();

    /** One of them must be given. */
    static final class Source {
        @Option(names = "--access-log", paramLabel = "FILE", description = "The page views of this access log.")
        @Nullable Path accessLog;

        @Option(names = "--generate", paramLabel = "N", description = "This many invented page views.")
        @Nullable Long generate;
    }

    @Option(names = "--all", description = "Every well-formed line of the access log, page view or not.")
    boolean all;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "0",
            description = "Events a second (default: as fast as it goes).")
    double rate;

    @Option(
            names = "--ids",
            paramLabel = "FILE",
            description = "Writes the id of each event whose 2xx was read, one a line.")
    @Nullable Path ids;

    @Option(
            names = "--to",
            paramLabel = "URL",
            description = "The collector (default: the ingest service of the line that runs on --data).")
    @Nullable URI to;

    @Option(
            names = "--site",
            paramLabel = "URL",
            defaultValue = "http://localhost",
            description = "What goes before each path (default: ${DEFAULT-VALUE}).")
    String site = "";

    @Option(
            names = "--site-id",
            paramLabel = "ID",
            defaultValue = "send",
            description = "The events' site_id (default: ${DEFAULT-VALUE}).")
    String siteId = "";

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of --generate: the same seed makes the same events (default: random).")
    @Nullable Long seed;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "32",
            description = "Events under way at once (default: ${DEFAULT-VALUE}).")
    int connections;

    @Option(
            names = "--retry-for",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long an event is tried again (default: ${DEFAULT-VALUE}).")
    long retrySeconds;

    @Mixin
    DataOption data = new DataOption();

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        var commandLine = Objects.requireNonNull(spec).commandLine();
        URI collector = to != null
                ? to
                : RunningLine.require(data.directory()).services().ingest();
        var counts = new SendCounts();
        var pace = new Sender.Pace(rate, connections, Duration.ofSeconds(retrySeconds));
        long start = System.nanoTime();
        try (var events = source();
                var idFile = new IdFile(ids)) {
            var sender = new Sender(() -> new HttpCollector(collector), idFile, counts, pace);
            try (var _ = new EarlyEnd(sender::stop)) {
                try (var _ = Progress.start(commandLine.getErr(), isTerminal(), () -> view(events, counts, start))) {
                    sender.run(events);
                }
                commandLine.getOut().println(summary(events, counts, System.nanoTime() - start));
                commandLine.getOut().flush();
            }
        }
        return counts.allAccepted() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private void check() {
        require(rate >= 0 && rate <= 1_000_000, "--rate is from 0 to 1000000");
        require(connections >= 1 && connections <= 1_000, "--connections is from 1 to 1000");
        require(retrySeconds >= 0 && retrySeconds <= 86_400, "--retry-for is from 0 to 86400");
        require(source.generate == null || source.generate >= 0, "--generate can't be negative");
        require(source.accessLog != null || !all, "--all goes with --access-log");
        require(
                to == null
                        || (to.getHost() != null
                                && String.valueOf(to.getScheme()).matches("https?")),
                "--to is a URL such as https://collector.example.com");
    }

    private void require(boolean held, String rule) {
        if (!held) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), rule);
        }
    }

    private EventSource source() throws IOException {
        String prefix = site.endsWith("/") ? site.substring(0, site.length() - 1) : site;
        if (source.accessLog != null) {
            if (!Files.isReadable(source.accessLog)) {
                throw new CliFailure("cannot read " + source.accessLog);
            }
            return new AccessLogSource(source.accessLog, new AccessLogSource.Options(prefix, siteId, all));
        }
        long start = seed != null ? seed : new SplittableRandom().nextLong(1L << 48);
        Objects.requireNonNull(spec).commandLine().getErr().println("seed " + start);
        return new GeneratedSource(Objects.requireNonNull(source.generate), start, prefix, siteId);
    }

    @SuppressWarnings("SystemConsoleNull") // JDK 25 returns null again, when input or output is redirected
    private static boolean isTerminal() {
        return System.console() != null && System.console().isTerminal();
    }

    private static Progress.View view(EventSource events, SendCounts counts, long start) {
        return new Progress.View(
                events.progress(),
                "%d accepted, %d refused, %d unanswered, %d retries, %.0f/s"
                        .formatted(
                                counts.accepted.sum(),
                                counts.refused.sum(),
                                counts.unanswered.sum(),
                                counts.retries.sum(),
                                perSecond(counts, System.nanoTime() - start)));
    }

    private static String summary(EventSource events, SendCounts counts, long nanos) {
        String leftOut = events.leftOut();
        return String.format(
                Locale.ROOT,
                "sent %d: accepted %d, refused %d, unanswered %d (%d retries) in %.1f s, %.0f/s; accepted within"
                        + " p50 %.1f ms, p99 %.1f ms, at most %.1f ms%s",
                counts.sent(),
                counts.accepted.sum(),
                counts.refused.sum(),
                counts.unanswered.sum(),
                counts.retries.sum(),
                nanos / 1e9,
                perSecond(counts, nanos),
                counts.latencies.percentile(0.5) / 1e6,
                counts.latencies.percentile(0.99) / 1e6,
                counts.latencies.most() / 1e6,
                leftOut.isEmpty() ? "" : "; left out: " + leftOut);
    }

    private static double perSecond(SendCounts counts, long nanos) {
        return counts.sent() * 1e9 / Math.max(1, nanos);
    }
}
