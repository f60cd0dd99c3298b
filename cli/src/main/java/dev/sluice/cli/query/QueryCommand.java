package dev.sluice.cli.query;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice query}. */
@Command(
        name = "query",
        description = {
            "Asks the warehouse, in SQL, through Amazon's own driver.",
            "",
            "csv has a header line and quotes as RFC 4180 says; NULL is an empty field, an empty string is \"\". Values are"
                    + " printed exactly as they are, and what browsers sent may begin with = + - or @: before a csv goes"
                    + " into a spreadsheet, take --spreadsheet.",
            ""
        },
        sortOptions = false)
public final class QueryCommand implements Callable<Integer> {
    @Parameters(paramLabel = "SQL", description = "One statement.")
    String sql = "";

    @Option(
            names = "--format",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    ResultPrinter.Format format = ResultPrinter.Format.TABLE;

    @Option(
            names = "--spreadsheet",
            description = "In csv, puts a ' before text that a spreadsheet would run as a formula.")
    boolean spreadsheet;

    @Mixin
    WarehouseOptions warehouse = new WarehouseOptions();

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() {
        var commandLine = Objects.requireNonNull(spec).commandLine();
        PrintWriter out = commandLine.getOut();
        try (var connection = new Warehouse(warehouse.address())) {
            long changed = connection.run(sql, format.to(out, spreadsheet));
            out.flush();
            if (changed >= 0) {
                commandLine.getErr().println(changed + (changed == 1 ? " row" : " rows") + " changed");
            }
        }
        return CommandLine.ExitCode.OK;
    }
}
