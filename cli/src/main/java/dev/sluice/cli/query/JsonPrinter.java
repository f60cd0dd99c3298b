package dev.sluice.cli.query;

import java.io.PrintWriter;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** An array of objects, one a line. */
final class JsonPrinter implements ResultPrinter {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final PrintWriter out;
    private List<String> names = List.of();
    private boolean first = true;

    JsonPrinter(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void header(List<String> columns) {
        names = columns.stream().map(JSON::writeValueAsString).toList();
        out.print("[");
    }

    @Override
    public void row(List<Cell> cells) {
        var object = new StringBuilder(first ? "\n" : ",\n").append('{');
        for (int i = 0; i < cells.size(); i++) {
            object.append(i == 0 ? "" : ",").append(names.get(i)).append(':').append(value(cells.get(i)));
        }
        out.print(object.append('}'));
        first = false;
    }

    @Override
    public void end() {
        out.print("\n]\n");
        out.flush();
    }

    private static String value(Cell cell) {
        String text = cell.text();
        if (text == null) {
            return "null";
        }
        return switch (cell.kind()) {
            case TEXT -> JSON.writeValueAsString(text);
            case BOOLEAN -> text.startsWith("t") ? "true" : "false";
            // NaN and the infinities are no JSON.
            case NUMBER -> Character.isLetter(text.charAt(text.length() - 1)) ? JSON.writeValueAsString(text) : text;
            case JSON -> text;
        };
    }
}
