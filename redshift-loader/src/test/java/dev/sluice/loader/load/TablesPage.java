package dev.sluice.loader.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page {@code docs/tables.md}. Its one source is the COMMENT statements of the migrations: what a warehouse that was migrated
 * says of itself, written down.
 */
final class TablesPage {
    private static final String HEAD = """
            # Tables and views

            What a warehouse says of itself, which BI tools show too: these texts are the comments on its tables, views and columns. Made from the migrations; the build compares the two. Queries to
            start from are in the [cookbook](cookbook.md). The last column names the twin in Snowplow's `atomic.events`, whose meaning is kept. Types are Redshift's; the n of `VARCHAR(n)` counts bytes.
            """;

    /** In brackets at the end of a comment: the twin. */
    private static final Pattern TWIN = Pattern.compile("(.*) \\[([a-z_.]+)]");

    private static final Pattern COMMENT = Pattern.compile(
            "COMMENT ON (TABLE|VIEW|COLUMN) ([a-z_]+)(?:\\.\"?([a-z_]+)\"?)? IS '((?:[^']|'')*)'", Pattern.DOTALL);

    private static final String COLUMNS = """
            SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, col_description(c.oid, a.attnum),
                   obj_description(c.oid, 'pg_class')
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE n.nspname = 'public' AND c.relkind IN ('r', 'v') AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY c.relname, a.attnum
            """;

    private TablesPage() {}

    static Path path() {
        return Docs.directory().resolve("tables.md");
    }

    /** The comments that the migrations leave: by {@code table} and by {@code table.column}, in their order. */
    static Map<String, String> comments() {
        var comments = new LinkedHashMap<String, String>();
        for (Migrations.Script script : Migrations.scripts()) {
            for (String statement : script.statements()) {
                Matcher comment = COMMENT.matcher(statement);
                if (comment.matches()) {
                    String column = comment.group(3);
                    comments.put(
                            column == null ? comment.group(2) : comment.group(2) + "." + column,
                            comment.group(4).replace("''", "'"));
                }
            }
        }
        return comments;
    }

    /** The page of a warehouse: its relations in the order in which the migrations explain them. */
    static String of(Connection warehouse) throws SQLException {
        Map<String, StringBuilder> sections = new LinkedHashMap<>();
        comments().keySet().stream()
                .filter(name -> !name.contains("."))
                .forEach(name -> sections.put(name, new StringBuilder()));
        try (Statement statement = warehouse.createStatement();
                var rows = statement.executeQuery(COLUMNS)) {
            while (rows.next()) {
                StringBuilder section = sections.computeIfAbsent(rows.getString(1), _ -> new StringBuilder());
                if (section.isEmpty()) {
                    section.append("\n## ").append(rows.getString(1)).append("\n\n");
                    section.append(rows.getString(6)).append("\n\n");
                    section.append("| column | type | meaning | atomic.events |\n|---|---|---|---|\n");
                }
                section.append(line(rows.getString(2), type(rows.getString(3), rows.getBoolean(4)), rows.getString(5)))
                        .append('\n');
            }
        }
        return HEAD + String.join("", sections.values());
    }

    static String line(String column, String type, String comment) {
        Matcher twin = TWIN.matcher(comment == null ? "null" : comment);
        return twin.matches()
                ? "| `" + column + "` | " + type + " | " + twin.group(1) + " | " + twin.group(2) + " |"
                : "| `" + column + "` | " + type + " | " + comment + " | |";
    }

    /** The lines of the tables below a heading of the page. */
    static List<String> lines(String relation) throws IOException {
        var lines = new ArrayList<String>();
        boolean inside = false;
        for (String line : Files.readAllLines(path())) {
            if (line.startsWith("## ")) {
                inside = line.equals("## " + relation);
            } else if (inside && line.startsWith("| `")) {
                lines.add(line);
            }
        }
        return lines;
    }

    private static String type(String local, boolean notNull) {
        String type = local.replace("character varying", "VARCHAR")
                .replace("character", "CHAR")
                .replace("numeric", "DECIMAL")
                .replace(" without time zone", "")
                .replace(",", ", ")
                // A sum of BIGINTs: this is what Redshift makes of it.
                .replaceFirst("^DECIMAL$", "DECIMAL(38, 0)")
                .toUpperCase(Locale.ROOT);
        return notNull ? type + " NOT NULL" : type;
    }
}
