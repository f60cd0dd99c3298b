package dev.sluice.cli.replay;

import dev.sluice.cli.line.CliFailure;
import dev.sluice.cli.query.WarehouseOptions;
import dev.sluice.loader.load.LoadFailure;
import dev.sluice.loader.load.Promotion;
import dev.sluice.loader.load.Promotion.Outcome;
import dev.sluice.loader.load.Promotion.Pair;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice promote}. */
@Command(
        name = "promote",
        description = {
            "Puts the rows of a replay in the place of the line's own, in one transaction beside loads that go on.",
            "",
            "Each row takes the place of the one of the same event of the same request; rows that only one of the tables has stay"
                    + " where they are. The rows as they were are kept in page_views_before_TABLE: --undo puts them back, DROP TABLE"
                    + " ends that. Run again, it changes nothing.",
            "",
            "Tables beside the line's own are not looked at by ./sluice forget and by retention: drop them when you are done.",
            ""
        },
        exitCodeList = {
            "0:done, now or before",
            "1:nothing was changed; the reason is printed",
            "2:the command line is wrong"
        },
        sortOptions = false)
public final class PromoteCommand implements Callable<Integer> {
    @Parameters(paramLabel = "TABLE", description = "What a replay filled, such as page_views_next.")
    String side = "";

    @Option(
            names = "--to",
            paramLabel = "TABLE",
            required = true,
            description = "Whose rows are replaced: page_views or events.")
    String table = "";

    @Option(names = "--undo", description = "Puts the rows back as they were.")
    boolean undo;

    @Option(
            names = "--force",
            description = "Goes on though TABLE lacks rows of its span of time; these stay as they are.")
    boolean force;

    @Mixin
    WarehouseOptions warehouse = new WarehouseOptions();

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
        Pair pair;
        try {
            pair = new Pair(side, table);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(commandLine, String.valueOf(e.getMessage()), e);
        }
        try (var promotion = Promotion.connect(warehouse.address().login())) {
            Outcome outcome = undo ? promotion.undo(pair) : promotion.promote(pair, force);
            commandLine.getOut().println(said(outcome));
            commandLine.getOut().flush();
            return CommandLine.ExitCode.OK;
        } catch (LoadFailure e) {
            throw new CliFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private String said(Outcome outcome) {
        return switch (outcome.ending()) {
            case ROWS_ARE_LACKING ->
                throw new CliFailure(String.format(
                        Locale.ROOT,
                        "%s lacks %,d rows that %s has in its span of time: run the replay to its end, with a longer --late,"
                                + " or name --force to leave these as they are",
                        side,
                        outcome.lacking(),
                        table));
            case NOTHING_TO_DO ->
                undo
                        ? "nothing to take back: there is no " + outcome.kept()
                        : "it was promoted before: " + outcome.kept()
                                + " has the rows as they were (--undo first, to promote what came to " + side
                                + " since)";
            case DONE ->
                undo
                        ? String.format(Locale.ROOT, "%,d rows of %s are as they were", outcome.exchanged(), table)
                        : promoted(outcome);
        };
    }

    private String promoted(Outcome outcome) {
        return String.format(
                        Locale.ROOT,
                        "%,d rows of %s are those of %s; as they were they are in %s",
                        outcome.exchanged(),
                        table,
                        side,
                        outcome.kept())
                + (outcome.lacking() == 0
                        ? ""
                        : String.format(Locale.ROOT, "; %,d that it lacks stay as they are", outcome.lacking()))
                + (outcome.added() == 0
                        ? ""
                        : String.format(Locale.ROOT, "; %,d that it alone has stay out", outcome.added()));
    }
}
