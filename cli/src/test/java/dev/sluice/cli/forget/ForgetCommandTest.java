package dev.sluice.cli.forget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.line.CliFailure;
import dev.sluice.loader.identity.IdHash;
import dev.sluice.loader.identity.IdKind;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ForgetCommandTest {
    private final ForgetCommand command = new ForgetCommand();
    private final CommandLine line = new CommandLine(command).setErr(new PrintWriter(new StringWriter()));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--yes",
                "--visitor a --user b",
                "--visitor a --finish",
                "--visitor a --yes --dry-run",
                "--visitor= --yes",
                "--network 00000000-0000-0000-0000-000000000000 --yes",
                "--user a --in-flight PT0S",
                "--user a --wait PT-1S"
            })
    void commandLine_namesOnePersonAndWhatToDo(String arguments) {
        assertThat(line.execute(arguments.split(" "))).isEqualTo(CommandLine.ExitCode.USAGE);
    }

    @Test
    void withoutYes_nothingIsErased() {
        line.parseArgs("--visitor", "a");
        assertThat(command.doing.yes).isFalse();
    }

    @Test
    void id_isOfTheKindThatIsNamed() {
        line.parseArgs("--user", "a");
        assertThat(command.whom.id()).isEqualTo(IdHash.of(IdKind.USER, "a"));
        line.parseArgs("--network", "a");
        assertThat(command.whom.id()).isEqualTo(IdHash.of(IdKind.NETWORK, "a"));
        line.parseArgs("--visitor", "a");
        assertThat(command.whom.id()).isEqualTo(IdHash.of(IdKind.VISITOR, "a"));
    }

    @Test
    void oneLinesWarehouse_isNotTakenWithAnotherOnesBucket() {
        var failures = new StringWriter();
        line.setExecutionExceptionHandler((failure, _, _) -> {
            failures.append(failure instanceof CliFailure ? failure.getMessage() : failure.toString());
            return CommandLine.ExitCode.SOFTWARE;
        });
        assertThat(line.execute("--user", "a", "--jdbc-url", "jdbc:redshift://x:1/y"))
                .isEqualTo(CommandLine.ExitCode.SOFTWARE);
        assertThat(failures.toString()).contains("--jdbc-url and --bucket");
    }
}
