package dev.sluice.cli.query;

import java.io.PrintWriter;
import java.util.List;

/** Prints an answer as it comes, row by row, in bounded memory. */
interface ResultPrinter {
    /** Once, before the rows. */
    void header(List<String> columns);

    void row(List<Cell> cells);

    /** Once, after the rows. */
    void end();

    /** How an answer is printed. */
    enum Format {
        TABLE,
        CSV,
        JSON;

        ResultPrinter to(PrintWriter out, boolean spreadsheet) {
            return switch (this) {
                case TABLE -> new TablePrinter(out);
                case CSV -> new CsvPrinter(out, spreadsheet);
                case JSON -> new JsonPrinter(out);
            };
        }
    }
}
