package dev.sluice.cli.query;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * For reading. The first rows say how wide the columns are; later ones that don't fit stick out. NULL is printed as such.
 */
final class TablePrinter implements ResultPrinter {
    private static final int ROWS_THAT_SAY_WIDTHS = 500;

    private final PrintWriter out;
    private final List<List<Cell>> held = new ArrayList<>();
    private List<String> columns = List.of();
    private int[] widths = {};
    private boolean open;
    private long rows;

    TablePrinter(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void header(List<String> columns) {
        this.columns = columns;
    }

    @Override
    public void row(List<Cell> cells) {
        rows++;
        if (open) {
            print(cells);
            return;
        }
        held.add(cells);
        if (held.size() == ROWS_THAT_SAY_WIDTHS) {
            open();
        }
    }

    @Override
    public void end() {
        open();
        out.println("(" + rows + (rows == 1 ? " row)" : " rows)"));
        out.flush();
    }

    private void open() {
        if (open) {
            return;
        }
        open = true;
        widths = columns.stream().mapToInt(String::length).toArray();
        for (var cells : held) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], text(cells.get(i)).length());
            }
        }
        print(headings());
        var rule = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            rule.append(i == 0 ? "" : "-+-").append("-".repeat(widths[i]));
        }
        out.println(rule);
        held.forEach(this::print);
        held.clear();
    }

    /** Aligned as what stands below. */
    private List<Cell> headings() {
        var headings = new ArrayList<Cell>();
        for (int i = 0; i < columns.size(); i++) {
            var kind = held.isEmpty() ? Cell.Kind.TEXT : held.getFirst().get(i).kind();
            headings.add(new Cell(columns.get(i), kind));
        }
        return headings;
    }

    private void print(List<Cell> cells) {
        var line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            String text = text(cells.get(i));
            String pad = " ".repeat(Math.max(0, widths[i] - text.length()));
            line.append(i == 0 ? "" : " | ").append(cells.get(i).isNumber() ? pad + text : text + pad);
        }
        out.println(line.toString().stripTrailing());
    }

    /** One line, without what a terminal would obey. */
    private static String text(Cell cell) {
        String text = Objects.requireNonNullElse(cell.text(), "NULL");
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return text.replaceAll("\\p{Cntrl}", " ");
            }
        }
        return text;
    }
}
