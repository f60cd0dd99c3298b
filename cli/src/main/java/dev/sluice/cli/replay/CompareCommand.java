package dev.sluice.cli.replay;

import dev.sluice.cli.line.CliFailure;
import dev.sluice.cli.query.WarehouseOptions;
import dev.sluice.loader.load.LoadFailure;
import dev.sluice.loader.load.TableComparison;
import dev.sluice.loader.load.TableComparison.Wanted;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice compare}. */
@Command(
        name = "compare",
        description = {
            "Says in what two tables differ: which rows only one has, and in which columns the others differ, how often and how.",
            "",
            "Rows are the same when they are of the same event of the same request, whatever else has changed. Without --from and"
                    + " --to all rows are compared: after a replay name its own times. Not compared is what belongs to a load or"
                    + " a run: enriched_at, loaded_at, load_id and enrich_version. Reads only.",
            ""
        },
        exitCodeList = {
            "0:compared, whether or not they differ",
            "1:failed; the reason is printed",
            "2:the command line is wrong"
        },
        sortOptions = false)
public final class CompareCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "TABLE", description = "Such as page_views.")
    String one = "";

    @Parameters(index = "1", paramLabel = "OTHER", description = "Such as page_views_next.")
    String other = "";

    @Option(names = "--from", paramLabel = "TIME", description = "Rows received from then on.")
    @Nullable Instant from;

    @Option(names = "--to", paramLabel = "TIME", description = "Rows received before then.")
    @Nullable Instant to;

    @Option(
            names = "--samples",
            paramLabel = "N",
            defaultValue = "3",
            description = "Of each column that differs, with both values (default: ${DEFAULT-VALUE}).")
    int samples = 3;

    @Option(
            names = "--format",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    ComparisonPrinter format = ComparisonPrinter.TEXT;

    @Mixin
    WarehouseOptions warehouse = new WarehouseOptions();

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
        Wanted wanted;
        try {
            wanted = new Wanted(one, other, from, to, samples);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(commandLine, String.valueOf(e.getMessage()), e);
        }
        try (var comparison = TableComparison.connect(warehouse.address().login())) {
            PrintWriter out = commandLine.getOut();
            out.println(format.print(wanted, comparison.compare(wanted)));
            out.flush();
            return CommandLine.ExitCode.OK;
        } catch (LoadFailure e) {
            throw new CliFailure(String.valueOf(e.getMessage()), e);
        }
    }
}
