package dev.sluice.bench;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ScopeType;

/** {@code ./sluice bench}. */
@Command(
        name = "sluice bench",
        description = {
            "Shows what collector and workers cost, beside something else in the same run.",
            "",
            "Prints a table that can be pasted as it is. On a machine that does other things at the same time absolute numbers"
                    + " mean little; ratios are of runs side by side, and say more. wrk and nginx are used where they are"
                    + " installed.",
            ""
        },
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        sortOptions = false,
        usageHelpAutoWidth = true,
        subcommands = {
            EdgeCommand.class,
            LatencyCommand.class,
            OverloadCommand.class,
            BytesCommand.class,
            EnrichCommand.class,
            StartCommand.class,
            HelpCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:measured, whether or not what is to be reached was",
            "1:failed",
            "2:the command line is wrong"
        })
public final class Bench implements Runnable {
    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    private Bench() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Bench()).setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println("sluice bench: " + failure);
            if (System.getenv("SLUICE_DEBUG") != null) {
                failure.printStackTrace(command.getErr());
            }
            return CommandLine.ExitCode.SOFTWARE;
        });
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(Objects.requireNonNull(spec).commandLine(), "Name a command.");
    }
}
