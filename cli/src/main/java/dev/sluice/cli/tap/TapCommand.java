package dev.sluice.cli.tap;

import dev.sluice.cli.enrich.EnrichOptions;
import dev.sluice.cli.enrich.EnrichmentCode;
import dev.sluice.cli.line.EarlyEnd;
import dev.sluice.common.AuditCodec;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.FrameFormatException;
import dev.sluice.processor.trial.TrialPipeline;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** {@code sluice tap}. */
@Command(
        name = "tap",
        description = {
            "Shows what passes on the stream, decoded, as it passes; until Ctrl-C, --limit, or whoever reads it has enough.",
            "",
            "It reads by iterators of its own: no lease, no checkpoint, one read a second and shard of the five that there are, and"
                    + " half of the bytes. The consumer keeps the rest.",
            "",
            "With --enrich PATH other code runs beside this release's, and what it makes otherwise is shown, event by event, with a"
                    + " count per column in the end. This is how changed enrichment is tried before it counts.",
            "",
            "It shows what visitors sent, addresses with --raw included: mind who reads along.",
            ""
        },
        sortOptions = false)
public final class TapCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMillis(500);

    @Option(
            names = "--filter",
            paramLabel = "CONDITION",
            description = "column=value, or column~part of it; table=bad_events also. Several must all hold.")
    List<String> filters = List.of();

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description =
                    "From so long ago, such as 10m, 2h or 1d, or from an instant such as 2026-11-23T10:00:00Z (default: now).")
    @Nullable String from;

    @Option(names = "--raw", description = "Requests as they came, instead of the rows they give.")
    boolean raw;

    @Option(names = "--enriched", description = "The rows they give; so it is without --raw.")
    boolean enriched;

    @Option(
            names = "--format",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES}; json is one object a line (default: ${DEFAULT-VALUE}).")
    Format format = Format.TEXT;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "0",
            description = "Ends after so many (default: never).")
    long limit;

    @Mixin
    EnrichOptions enrich = new EnrichOptions();

    @Mixin
    StreamOptions stream = new StreamOptions();

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    enum Format {
        TEXT,
        JSON
    }

    private final AtomicBoolean ending = new AtomicBoolean();
    private long shown;
    private long foreign;

    @Override
    public Integer call() throws InterruptedException {
        CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
        EventFilter filter = filter();
        Instant since = from == null ? null : since(from, Instant.now());
        require(!(raw && enriched), "--raw or --enriched, not both");
        require(!(raw && enrich.code() != null), "--enrich compares rows: it does not go with --raw");
        require(limit >= 0, "--limit can't be negative");
        View view = format == Format.JSON ? new JsonView() : new TextView(paint());
        PrintWriter out = commandLine.getOut();
        PrintWriter err = commandLine.getErr();
        var codes = new ArrayList<EnrichmentCode>();
        try (KinesisClient kinesis = stream.client();
                var follower = new StreamFollower(kinesis, stream.stream(), since, ReadPace.POLITE);
                var _ = new EarlyEnd(() -> ending.set(true))) {
            FrameTap tap = tap(codes, filter, view);
            follower.start();
            err.println("tap: reading " + stream.stream() + (since == null ? " from now on" : " from " + since));
            err.flush();
            follow(follower, tap, out);
            String summary = tap.summary();
            if (!summary.isEmpty()) {
                err.println("tap: " + summary);
            }
            if (foreign > 0) {
                err.printf(Locale.ROOT, "tap: %,d records were not readable%n", foreign);
            }
            err.flush();
        } finally {
            codes.forEach(EnrichmentCode::close);
        }
        return CommandLine.ExitCode.OK;
    }

    private FrameTap tap(List<EnrichmentCode> codes, EventFilter filter, View view) {
        Map<String, String> settings = enrich.settings();
        if (raw && filters.isEmpty()) {
            // Nobody looks at the rows, and user agents take seconds to start.
            settings.put(TrialPipeline.USER_AGENTS, "false");
        }
        EnrichmentCode released = EnrichmentCode.released(settings);
        codes.add(released);
        Path path = enrich.code();
        if (path == null) {
            return raw ? FrameTap.hits(released, filter, view) : FrameTap.rows(released, filter, view);
        }
        EnrichmentCode other = EnrichmentCode.of(path, settings);
        codes.add(other);
        return FrameTap.differences(released, other, filter, view);
    }

    private void follow(StreamFollower follower, FrameTap tap, PrintWriter out) throws InterruptedException {
        while (!ending.get()) {
            StreamRecord record = follower.poll(PATIENCE);
            if (record == null) {
                continue;
            }
            if (AuditCodec.isAudit(record.data())) {
                continue;
            }
            try {
                for (String text : tap.show(FrameCodec.decode(record.data()))) {
                    out.println(text);
                    if (++shown == limit) {
                        out.flush();
                        return;
                    }
                }
            } catch (FrameFormatException e) {
                foreign++;
            }
            out.flush();
            // Whoever reads it, head or a pager, has enough.
            if (out.checkError()) {
                return;
            }
        }
    }

    private EventFilter filter() {
        try {
            return EventFilter.of(filters);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(
                    Objects.requireNonNull(spec).commandLine(), String.valueOf(e.getMessage()));
        }
    }

    private Instant since(String text, Instant now) {
        try {
            return text.endsWith("Z") ? Instant.parse(text) : now.minus(ago(text));
        } catch (DateTimeParseException e) {
            throw new CommandLine.ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "--from is so long ago, such as 10m, 2h or 1d, or an instant such as 2026-11-23T10:00:00Z, not "
                            + text);
        }
    }

    private static Duration ago(String text) {
        return Duration.parse(text.endsWith("d") ? "P" + text : "PT" + text);
    }

    private static Paint paint() {
        return System.getenv("NO_COLOR") == null && isTerminal() ? Paint.COLOURED : Paint.PLAIN;
    }

    @SuppressWarnings("SystemConsoleNull") // it is null where the JVM was told so
    private static boolean isTerminal() {
        return System.console() != null && System.console().isTerminal();
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            throw new CommandLine.ParameterException(
                    Objects.requireNonNull(spec).commandLine(), message);
        }
    }
}
