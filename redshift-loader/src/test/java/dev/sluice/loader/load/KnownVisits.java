package dev.sluice.loader.load;

import dev.sluice.common.table.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A small, known set of visits: a file for each table, whose first line names the columns it gives. An empty cell is NULL, {@code
 * now-5m} is five minutes ago; the columns that a row must have and no question asks for are filled in here.
 */
final class KnownVisits {
    private static final Pattern AGO = Pattern.compile("now-(\\d+)m");

    /** Tables whose rows are given in full. */
    private static final List<String> BOOKS = List.of("load_ledger", "audit_proofs");

    private KnownVisits() {}

    static void insertInto(Connection connection) throws SQLException, IOException {
        for (Table table : Table.facts()) {
            insert(connection, table.tableName());
        }
        for (String table : BOOKS) {
            insert(connection, table);
        }
    }

    private static void insert(Connection connection, String table) throws SQLException, IOException {
        List<String> lines = Files.readAllLines(Path.of("src/test/resources/cookbook/data", table + ".tsv"));
        List<String> columns = List.of(lines.getFirst().split("\t"));
        for (int number = 1; number < lines.size(); number++) {
            String[] cells = lines.get(number).split("\t", -1);
            Map<String, String> row = BOOKS.contains(table)
                    ? new LinkedHashMap<>()
                    : required(table, number, cells[columns.indexOf("received_at")]);
            for (int i = 0; i < cells.length; i++) {
                if (!cells[i].isEmpty()) {
                    row.put(columns.get(i), cells[i]);
                }
            }
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("INSERT INTO " + table + " (" + String.join(", ", row.keySet()) + ") VALUES ("
                        + row.values().stream().map(KnownVisits::literal).collect(Collectors.joining(", ")) + ")");
            }
        }
    }

    private static Map<String, String> required(String table, int number, String receivedAt) {
        var row = new LinkedHashMap<String, String>();
        row.put("ingest_epoch", new UUID(0, table.hashCode()).toString());
        row.put("ingest_seq", Integer.toString(number));
        row.put("load_id", "1");
        if (!table.equals(Table.BAD_EVENTS.tableName())) {
            row.put("event_id", new UUID(table.hashCode(), number).toString());
            row.put("event_type", "page_view");
            row.put("event_fingerprint", "f".repeat(32));
            row.put("ingest_index", "0");
            row.put("enrich_version", "test");
            row.put("enriched_at", receivedAt);
            row.put("occurred_at", receivedAt);
            row.put("is_truncated", "false");
        }
        return row;
    }

    private static String literal(String cell) {
        Matcher ago = AGO.matcher(cell);
        return ago.matches()
                ? "DATEADD(minute, -" + ago.group(1) + ", GETDATE())"
                : "'" + cell.replace("'", "''") + "'";
    }

    /** What a query answers, as lines of tab-separated text; the first one names the columns. */
    static List<String> answer(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var lines = new ArrayList<String>();
            int columns = rows.getMetaData().getColumnCount();
            var cells = new String[columns];
            for (int i = 0; i < columns; i++) {
                cells[i] = rows.getMetaData().getColumnLabel(i + 1);
            }
            lines.add(String.join("\t", cells));
            while (rows.next()) {
                for (int i = 0; i < columns; i++) {
                    String cell = rows.getString(i + 1);
                    cells[i] = cell == null ? "NULL" : cell;
                }
                lines.add(String.join("\t", Arrays.asList(cells)));
            }
            return lines;
        }
    }
}
