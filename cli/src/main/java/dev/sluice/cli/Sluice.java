package dev.sluice.cli;

import dev.sluice.cli.doctor.DoctorCommand;
import dev.sluice.cli.forget.ForgetCommand;
import dev.sluice.cli.line.CliFailure;
import dev.sluice.cli.query.QueryCommand;
import dev.sluice.cli.reconcile.ReconcileCommand;
import dev.sluice.cli.replay.CompareCommand;
import dev.sluice.cli.replay.PromoteCommand;
import dev.sluice.cli.replay.ReplayCommand;
import dev.sluice.cli.send.SendCommand;
import dev.sluice.cli.shards.ShardsCommand;
import dev.sluice.cli.status.StatusCommand;
import dev.sluice.cli.tap.TapCommand;
import dev.sluice.cli.up.CloudCommand;
import dev.sluice.cli.up.UpCommand;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code ./sluice}: one command for all there is. Prints errors on one line and gives exit codes that scripts can use. */
@Command(
        name = "sluice",
        description = "Page views from browsers into the warehouse: enriched, exactly once, seconds later.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Sluice.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        subcommands = {
            UpCommand.class,
            CloudCommand.class,
            SendCommand.class,
            QueryCommand.class,
            StatusCommand.class,
            DoctorCommand.class,
            TapCommand.class,
            ShardsCommand.class,
            ReplayCommand.class,
            CompareCommand.class,
            PromoteCommand.class,
            ReconcileCommand.class,
            ForgetCommand.class,
            HelpCommand.class
        },
        footer = {
            "",
            "From the sources, ./sluice build builds everything, ./sluice test runs the whole test suite and ./sluice trial NAME"
                    + " one promise's test under faults, in full.",
            "Commands find a running line by its data directory (--data, default .sluice)."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed, or not all of it done; the reason is on stderr",
            "2:the command line is wrong"
        })
public final class Sluice implements Runnable {
    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Shows an error's stack trace (so does SLUICE_DEBUG=1).")
    boolean verbose;

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    private Sluice() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        var sluice = new Sluice();
        return new CommandLine(sluice)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> sluice.report(failure, command));
    }

    /** Without a command: how it is used. */
    @Override
    public void run() {
        throw new CommandLine.ParameterException(Objects.requireNonNull(spec).commandLine(), "Name a command.");
    }

    private int report(Exception failure, CommandLine command) {
        String message = failure.getMessage();
        if (!(failure instanceof CliFailure)) {
            message = failure.getClass().getSimpleName() + (message == null ? "" : ": " + message);
        }
        command.getErr()
                .println(
                        "sluice: " + String.valueOf(message).lines().findFirst().orElse(""));
        if (verbose || System.getenv("SLUICE_DEBUG") != null) {
            failure.printStackTrace(command.getErr());
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** What the jar's manifest says; classes outside a jar have none. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Sluice.class.getPackage().getImplementationVersion();
            return new String[] {"sluice " + (version == null ? "from classes" : version)};
        }
    }
}
