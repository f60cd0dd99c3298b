package dev.sluice.cli.replay;

import dev.sluice.cli.enrich.EnrichOptions;
import dev.sluice.cli.enrich.EnrichmentCode;
import dev.sluice.cli.forget.PlaceOptions;
import dev.sluice.cli.line.CliFailure;
import dev.sluice.loader.load.BadSelection;
import dev.sluice.loader.load.LoadFailure;
import dev.sluice.loader.load.Recovery;
import dev.sluice.loader.load.S3RecoveryPlace;
import dev.sluice.loader.load.SideTables;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/** {@code sluice replay}. */
@Command(
        name = "replay",
        description = {
            "Runs what was archived through the enrichment again, into tables beside the line's own.",
            "",
            "Each request that was received in the span and is in the archive gives the rows that this release, or the code that"
                    + " --enrich names, makes of it now. What the line left out as repeated or erased is left out here too. The line"
                    + " itself goes on, and nothing of it changes.",
            "",
            "A run that was killed is run again, with the same names and times: it goes on where it ended, and nothing is there"
                    + " twice. What can't be made a row goes into the table INTO_bad. Changed code wants a new table: into one that"
                    + " is there, only events come that it does not have.",
            "",
            "With --bad it takes up bad_events instead: those whose originals are in the archive and can be made rows now move to"
                    + " page_views and events, in one transaction each time; the others stay as they are.",
            "",
            "Then: ./sluice compare page_views page_views_next, and ./sluice promote page_views_next --to page_views.",
            ""
        },
        exitCodeList = {
            "0:done; with --bad also when some are still bad",
            "1:not finished; the reason is printed, and running it again goes on",
            "2:the command line is wrong"
        },
        sortOptions = false)
public final class ReplayCommand implements Callable<Integer> {
    @Option(
            names = "--from",
            paramLabel = "TIME",
            required = true,
            description = "Requests received from then on, such as 2026-06-01T09:00:00Z.")
    Instant from = Instant.EPOCH;

    @Option(names = "--to", paramLabel = "TIME", required = true, description = "Requests received before then.")
    Instant to = Instant.EPOCH;

    @Option(
            names = "--into",
            paramLabel = "TABLE",
            description = "Takes page views, such as page_views_next; made like page_views if it is not there.")
    @Nullable String into;

    @Option(
            names = "--events-into",
            paramLabel = "TABLE",
            description = "Takes the other events, such as events_next (default: they are left out).")
    @Nullable String eventsInto;

    @Mixin
    BadOptions bad = new BadOptions();

    @Mixin
    EnrichOptions enrich = new EnrichOptions();

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "How many objects are enriched at once (default: one per processor).")
    int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--late",
            paramLabel = "DURATION",
            defaultValue = "PT1H",
            description =
                    "How much later than it was received a request may have come to the stream: longer than the longest outage"
                            + " in the span (default: ${DEFAULT-VALUE}).")
    Duration late = Duration.ofHours(1);

    @Option(
            names = "--commit-rows",
            paramLabel = "N",
            defaultValue = "500000",
            description = "About how many rows are committed at once: what a run that is killed does again (default:"
                    + " ${DEFAULT-VALUE}).")
    long commitRows = 500_000;

    @Option(
            names = "--iam-role",
            paramLabel = "ARN",
            defaultValue = "default",
            description = "As COPY is to be told, sluice.loader.iam-role (default: ${DEFAULT-VALUE}).")
    String iamRole = "default";

    @Mixin
    PlaceOptions places = new PlaceOptions();

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        require(from.isBefore(to), "--from is before --to");
        require(threads > 0 && commitRows > 0, "--threads and --commit-rows are at least 1");
        require(!late.isNegative(), "--late is not negative");
        require(bad.bad == (into == null), "name either --into or --bad");
        require(bad.bad || !bad.isNarrowed(), "--reason, --stage and --dry-run go with --bad");
        require(!bad.bad || eventsInto == null, "--events-into goes with --into");
        // Judged before anything is connected to or read.
        String pageViews = into;
        SideTables.Names names = pageViews == null ? null : checked(() -> new SideTables.Names(pageViews, eventsInto));
        BadSelection selection =
                names == null ? checked(() -> bad.selection(from, to, notTried().keySet())) : null;
        try (S3Client s3 = places.s3();
                EnrichmentCode code = enrich.code() == null
                        ? EnrichmentCode.released(enrich.settings())
                        : EnrichmentCode.of(enrich.code(), enrich.settings())) {
            var archive = new ArchivedObjects(s3, places.archive());
            if (names != null) {
                replayInto(s3, archive, code, names);
            } else if (selection != null) {
                replayBad(s3, archive, code, selection);
            }
        } catch (LoadFailure | SdkException e) {
            throw new CliFailure("not finished, run it again: " + e.getMessage(), e);
        }
        return CommandLine.ExitCode.OK;
    }

    private void replayInto(S3Client s3, ArchivedObjects archive, EnrichmentCode code, SideTables.Names names)
            throws LoadFailure, InterruptedException {
        var files = new ReplayFiles(s3, places.staging(), names.pageViews());
        try (var tables = SideTables.connect(
                places.warehouse().login(), names, new SideTables.Place(files.layout(), iamRole, files))) {
            tables.create();
            var scope = new ObjectReplay.Scope(from, to, names.byTable().keySet());
            var run = new ReplayRun(
                    new ObjectReplay(archive, code, scope, files),
                    tables,
                    files,
                    new ReplayRun.Pace(threads, commitRows));
            replay(archive, tables, files, run, names);
        }
    }

    private void replayBad(S3Client s3, ArchivedObjects archive, EnrichmentCode code, BadSelection selection)
            throws LoadFailure, InterruptedException {
        // Its own, as another run may be at work.
        var files = new ReplayFiles(s3, places.staging(), "bad-" + UUID.randomUUID());
        var counts = new BadCounts(bad.dryRun);
        try (var recovery =
                Recovery.connect(places.warehouse().login(), new S3RecoveryPlace(s3, files.layout(), iamRole))) {
            ReplayFiles writing = bad.dryRun ? null : files;
            var objects = new BadObjectReplay(archive, code, writing);
            var pace = new BadReplay.Pace(threads, commitRows, late);
            try {
                new BadReplay(recovery, archive, objects, writing, pace).run(selection, counts, err());
            } finally {
                files.deleteAll();
            }
            out().print(counts.summary());
            Map<String, Long> left = recovery.count(bad.selection(from, to, Set.of()));
            notTried().forEach((reason, needs) -> {
                if (left.containsKey(reason)) {
                    out().println(left.get(reason) + " of " + reason + " were not tried: name " + needs);
                }
            });
            out().flush();
        }
    }

    private Map<String, String> notTried() {
        return BadOptions.notTried(enrich.hasSchemas(), enrich.code() != null);
    }

    private void replay(
            ArchivedObjects archive, SideTables tables, ReplayFiles files, ReplayRun run, SideTables.Names names)
            throws LoadFailure, InterruptedException {
        PrintWriter out = out();
        PrintWriter err = err();
        files.deleteAll();
        String replay = tables.replay(from, to);
        Set<String> done = tables.done(replay);
        List<String> all = archive.keys(from, to, late, Instant.now());
        List<String> keys = all.stream().filter(key -> !done.contains(key)).toList();
        var counts = new ReplayCounts(all.size(), all.size() - keys.size(), System::nanoTime);
        err.println("replay: " + keys.size() + " archive objects to read");
        err.flush();
        run.run(replay, keys, counts, err);
        files.deleteAll();
        out.println(counts.summary(names.byTable()));
        out.flush();
    }

    private <T> T checked(Supplier<T> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            throw new CommandLine.ParameterException(commandLine(), message);
        }
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(spec).commandLine();
    }

    private PrintWriter out() {
        return commandLine().getOut();
    }

    private PrintWriter err() {
        return commandLine().getErr();
    }
}
