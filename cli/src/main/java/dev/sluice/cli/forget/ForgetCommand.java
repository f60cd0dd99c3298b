package dev.sluice.cli.forget;

import dev.sluice.cli.line.CliFailure;
import dev.sluice.loader.forget.Forget;
import dev.sluice.loader.forget.Receipt;
import dev.sluice.loader.identity.IdHash;
import dev.sluice.loader.identity.IdKind;
import dev.sluice.loader.load.LoadFailure;
import dev.sluice.loader.load.WarehouseErasure;
import dev.sluice.loader.staging.S3StagedErasure;
import dev.sluice.loader.staging.archive.S3ArchiveErasure;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/** {@code sluice forget}. */
@Command(
        name = "forget",
        description = {
            "Erases what carries a person's id: rows of the warehouse, requests in the archive, staged files.",
            "",
            "Without --yes it counts, and changes nothing. Nothing has to be stopped. What is still on the way is erased by the"
                    + " load that brings it. A run that was killed is run again. Prints a receipt, which names nobody; the same"
                    + " counts are kept in the table forget_receipts.",
            "",
            "After --in-flight run it with --finish, from a daily job for example: it goes once more through the archive and staged"
                    + " files for all requests, and needs no id.",
            ""
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done; with --dry-run, counted",
            "1:failed; run it again",
            "2:the command line is wrong",
            "3:all but staged files of batches that are not loaded yet: run it again when they are"
        })
public final class ForgetCommand implements Callable<Integer> {
    /** Something is left that can't be erased yet. */
    private static final int NOT_ALL = 3;

    @ArgGroup(multiplicity = "1")
    Whom whom = new Whom();

    static final class Whom {
        @Option(names = "--visitor", paramLabel = "ID", description = "Whose visitor_id this is.")
        @Nullable String visitor;

        @Option(names = "--user", paramLabel = "ID", description = "Whose user_id this is.")
        @Nullable String user;

        @Option(names = "--network", paramLabel = "ID", description = "Whose network_id this is.")
        @Nullable String network;

        @Option(names = "--finish", description = "All requests for which nothing can be on the way any more.")
        boolean finish;

        /** The id's hash: from here on nothing knows the id. */
        IdHash id() {
            if (visitor != null) {
                return IdHash.of(IdKind.VISITOR, visitor);
            }
            return user != null
                    ? IdHash.of(IdKind.USER, user)
                    : IdHash.of(IdKind.NETWORK, Objects.requireNonNull(network));
        }
    }

    @ArgGroup
    Doing doing = new Doing();

    static final class Doing {
        @Option(names = "--dry-run", description = "Only counts; what happens without --yes.")
        boolean dryRun;

        @Option(names = "--yes", description = "Erases.")
        boolean yes;
    }

    @Option(
            names = "--in-flight",
            paramLabel = "DURATION",
            defaultValue = "P2D",
            description =
                    "How long an event may be on the way: the stream's retention, and the longest outage on top (default:"
                            + " ${DEFAULT-VALUE}).")
    Duration inFlight = Duration.ofDays(2);

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            defaultValue = "PT2M",
            description = "How long to wait for batches with the id to be loaded (default: ${DEFAULT-VALUE}).")
    Duration forLoads = Duration.ofMinutes(2);

    @Mixin
    PlaceOptions places = new PlaceOptions();

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        requireUsable();
        var address = places.warehouse();
        try (S3Client s3 = places.s3();
                var rows = WarehouseErasure.connect(address.jdbcUrl(), address.user(), address.password())) {
            var forget = new Forget(
                    rows,
                    new S3ArchiveErasure(s3, places.archive()),
                    new S3StagedErasure(s3, places.staging()),
                    new Forget.Pace(inFlight, forLoads, Duration.ofSeconds(1), System::nanoTime));
            List<Receipt> receipts = run(forget);
            var out = Objects.requireNonNull(spec).commandLine().getOut();
            receipts.forEach(receipt -> out.println(receipt.toJson()));
            out.flush();
            return receipts.stream().allMatch(Receipt::isEverythingErased) ? CommandLine.ExitCode.OK : NOT_ALL;
        } catch (LoadFailure | SdkException e) {
            throw new CliFailure("not finished, run it again: " + e.getMessage(), e);
        }
    }

    private List<Receipt> run(Forget forget) throws LoadFailure, InterruptedException {
        if (whom.finish) {
            return forget.finish();
        }
        return List.of(doing.yes ? forget.run(whom.id()) : forget.dryRun(whom.id()));
    }

    private void requireUsable() {
        var commandLine = Objects.requireNonNull(spec).commandLine();
        try {
            if (!whom.finish) {
                whom.id();
            }
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(commandLine, String.valueOf(e.getMessage()), e);
        }
        if (!inFlight.isPositive() || forLoads.isNegative()) {
            throw new CommandLine.ParameterException(commandLine, "--in-flight is positive and --wait not negative.");
        }
    }
}
