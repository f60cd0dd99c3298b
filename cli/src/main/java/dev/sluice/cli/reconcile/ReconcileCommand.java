package dev.sluice.cli.reconcile;

import dev.sluice.cli.line.CliFailure;
import dev.sluice.cli.query.Warehouse;
import dev.sluice.cli.query.WarehouseOptions;
import dev.sluice.loader.audit.Reconciler;
import dev.sluice.loader.audit.Reconciliation;
import dev.sluice.processor.protocol.TrackerProtocol;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice reconcile}. */
@Command(
        name = "reconcile",
        description = {
            "Proves that what was accepted is in the warehouse, once, or says what isn't and where it is.",
            "",
            "For each minute and each ingest epoch (one start of one ingest node) the hits that the node accepted are compared"
                    + " with those that are there: accepted = landed + outstanding, which is in flight while it is young."
                    + " And the rows that loads brought with those that are there: loaded + bad + repeats (left out, as the"
                    + " browser had sent them before).",
            "",
            "What is missing is looked for in staged files, in the raw archive, on the stream and in the journals that are"
                    + " named. A hit in a batch that waits for the loader is on its way, however old it is.",
            "",
            "Reads only, but for --write-off.",
            ""
        },
        exitCodeList = {
            "0:everything adds up; what is in flight is shown",
            "1:it does not, or could not be found out; the reason is printed",
            "2:the command line is wrong"
        },
        sortOptions = false)
public final class ReconcileCommand implements Callable<Integer> {
    private static final Duration BEFORE_WATERMARK = Duration.ofHours(1);

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "From when on, such as 2026-06-01T09:00:00Z (default: an hour before the watermark).")
    @Nullable Instant from;

    @Option(names = "--to", paramLabel = "TIME", description = "Until when (default: now).")
    @Nullable Instant to;

    @Option(
            names = "--grace",
            paramLabel = "MINUTES",
            defaultValue = "5",
            description = "How old a minute is when its hits must be there (default: ${DEFAULT-VALUE}).")
    int graceMinutes = 5;

    @Option(
            names = "--format",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    Format format = Format.TEXT;

    @Mixin
    PlaceOptions places = new PlaceOptions();

    @Option(
            names = "--write-off",
            paramLabel = "EPOCH",
            description =
                    "Instead: accepts that what this epoch lost is lost. It no longer holds the watermark, and stays"
                            + " visible in audit_proofs. Needs --i-accept-the-loss.")
    @Nullable String writeOff;

    @Option(names = "--i-accept-the-loss", description = "Confirms --write-off.")
    boolean confirmed;

    @Mixin
    WarehouseOptions warehouse = new WarehouseOptions();

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    enum Format {
        TEXT,
        JSON
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var commandLine = Objects.requireNonNull(spec).commandLine();
        if (writeOff != null && !confirmed) {
            throw new CommandLine.ParameterException(
                    commandLine, "--write-off gives data up for lost: confirm it with --i-accept-the-loss.");
        }
        if (graceMinutes < 0) {
            throw new CommandLine.ParameterException(commandLine, "--grace is at least 0.");
        }
        try (var connection = new Warehouse(warehouse.address())) {
            return reconcile(connection.asDataSource(), commandLine.getOut(), commandLine.getErr());
        } catch (DataAccessException e) {
            throw new CliFailure(
                    "the warehouse could not be asked: "
                            + e.getMostSpecificCause().getMessage(),
                    e);
        }
    }

    private int reconcile(DataSource source, PrintWriter out, PrintWriter err)
            throws IOException, InterruptedException {
        var protocol = new TrackerProtocol();
        var search = places.search(
                warehouse.isNamed(),
                warehouse.data().directory(),
                source,
                hit -> protocol.parse(hit).size());
        var reconciler = new Reconciler(source, search, Duration.ofMinutes(graceMinutes), InstantSource.system());
        if (writeOff != null) {
            return writeOff(reconciler, writeOff, out);
        }
        Instant end = to == null ? Instant.now() : to;
        Instant begin = from == null
                ? reconciler.watermark().filter(end::isAfter).orElse(end).minus(BEFORE_WATERMARK)
                : from;
        if (!begin.isBefore(end)) {
            throw new CliFailure("--from is before --to, not " + begin + " and " + end);
        }
        ReconcilePrinter printer = format == Format.JSON ? new JsonReconciliation(out) : new TextReconciliation(out);
        Reconciliation found = reconciler.reconcile(begin, end, new Progress(printer, err));
        printer.end(found);
        out.flush();
        return found.isSound() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private static int writeOff(Reconciler reconciler, String epoch, PrintWriter out) {
        if (!reconciler.writeOff(epoch)) {
            throw new CliFailure("nothing is known of an epoch " + epoch + ": see audit_proofs");
        }
        out.println("epoch " + epoch + " is written off: it no longer holds the watermark");
        out.flush();
        return CommandLine.ExitCode.OK;
    }
}
