package dev.sluice.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.load.BadSelection;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ReplayCommandsTest {
    private static final String SPAN = "--from 2026-06-01T09:00:00Z --to 2026-06-01T10:00:00Z ";

    private static int execute(Object command, String arguments) {
        return new CommandLine(command)
                .setErr(new PrintWriter(new StringWriter()))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments.strip().split(" +"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--into x",
                SPAN,
                SPAN + "--into page_views",
                SPAN + "--into sessions",
                SPAN + "--into x;drop",
                SPAN + "--into X",
                SPAN + "--into x --events-into events",
                SPAN + "--into x --events-into x",
                SPAN + "--into x --threads 0",
                SPAN + "--into x --commit-rows 0",
                SPAN + "--into x --late PT-1S",
                "--into x --from 2026-06-01T09:00:00Z --to 2026-06-01T09:00:00Z",
                "--bad --from 2026-06-01T09:00:00Z --to 2026-06-01T09:00:00Z",
                SPAN + "--bad --into x",
                SPAN + "--bad --events-into x",
                SPAN + "--bad --reason a;b",
                SPAN + "--bad --stage LOAD",
                SPAN + "--into x --dry-run",
                SPAN + "--into x --reason bad_json",
                SPAN + "--into x --stage load"
            })
    void replay_needsASpanAndATableThatIsNotTheLines(String arguments) {
        assertThat(execute(new ReplayCommand(), arguments)).isEqualTo(CommandLine.ExitCode.USAGE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "page_views",
                "page_views page_views",
                "page_views a;b",
                "page_views b --samples -1",
                "a b --format xml"
            })
    void compare_needsTwoTables(String arguments) {
        assertThat(execute(new CompareCommand(), arguments)).isEqualTo(CommandLine.ExitCode.USAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "x --to bad_events", "page_views --to page_views", "x;y --to page_views"})
    void promote_isToPageViewsOrEvents(String arguments) {
        assertThat(execute(new PromoteCommand(), arguments)).isEqualTo(CommandLine.ExitCode.USAGE);
    }

    @Test
    void replayBad_readsItsOptions() {
        var command = new ReplayCommand();
        new CommandLine(command)
                .parseArgs((SPAN + "--bad --reason bad_json,too_long --stage load --dry-run").split(" "));
        assertThat(command.bad.selection(command.from, command.to, Set.of()))
                .isEqualTo(new BadSelection(
                        command.from, command.to, Set.of("bad_json", "too_long"), Set.of(), Set.of("load")));
        assertThat(command.bad.dryRun).isTrue();
    }

    @Test
    void replayBad_triesNothingThatWouldPassOnlyBecauseNobodyLooks() {
        assertThat(BadOptions.notTried(false, false).keySet())
                .containsExactlyInAnyOrder("schema_invalid", "extension_failed", "extension_timeout");
        assertThat(BadOptions.notTried(true, false).keySet())
                .containsExactlyInAnyOrder("extension_failed", "extension_timeout");
        assertThat(BadOptions.notTried(true, true)).isEmpty();
    }

    @Test
    void replay_readsItsOptions() {
        var command = new ReplayCommand();
        new CommandLine(command).parseArgs((SPAN + "--into x --events-into y --threads 3 --late PT2H").split(" "));
        assertThat(command.from).isEqualTo(Instant.parse("2026-06-01T09:00:00Z"));
        assertThat(command.to).isEqualTo(Instant.parse("2026-06-01T10:00:00Z"));
        assertThat(command.into).isEqualTo("x");
        assertThat(command.eventsInto).isEqualTo("y");
        assertThat(command.threads).isEqualTo(3);
        assertThat(command.late).hasHours(2);
    }
}
