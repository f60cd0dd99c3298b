package dev.sluice.cli.query;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Quoted as RFC 4180 says, but with lines that end as this machine's other tools expect. NULL is an empty field, an empty
 * string a quoted one.
 */
final class CsvPrinter implements ResultPrinter {
    /** What makes a spreadsheet take a cell for a formula. */
    private static final String FORMULA_STARTS = "=+-@\t\r";

    private final PrintWriter out;
    private final boolean spreadsheet;

    /** @param spreadsheet defuses texts that a spreadsheet would run as formulas; the values are then no longer exact */
    CsvPrinter(PrintWriter out, boolean spreadsheet) {
        this.out = out;
        this.spreadsheet = spreadsheet;
    }

    @Override
    public void header(List<String> columns) {
        out.print(columns.stream().map(CsvPrinter::field).collect(Collectors.joining(",")) + "\n");
    }

    @Override
    public void row(List<Cell> cells) {
        out.print(cells.stream().map(this::safe).map(CsvPrinter::field).collect(Collectors.joining(",")) + "\n");
    }

    @Override
    public void end() {
        out.flush();
    }

    private Cell safe(Cell cell) {
        String text = cell.text();
        boolean formula = spreadsheet
                && text != null
                && !text.isEmpty()
                && !cell.isNumber()
                && FORMULA_STARTS.indexOf(text.charAt(0)) >= 0;
        return formula ? new Cell("'" + text, cell.kind()) : cell;
    }

    private static String field(Cell cell) {
        return cell.text() == null ? "" : field(cell.text());
    }

    private static String field(String text) {
        boolean plain = !text.isEmpty()
                && text.indexOf(',') < 0
                && text.indexOf('"') < 0
                && text.indexOf('\n') < 0
                && text.indexOf('\r') < 0;
        return plain ? text : "\"" + text.replace("\"", "\"\"") + "\"";
    }
}
