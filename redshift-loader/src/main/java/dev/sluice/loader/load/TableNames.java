package dev.sluice.loader.load;

import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which tables there are, which columns they have, and which names are the line's own. Stateless. */
final class TableNames {
    private static final Pattern MADE =
            Pattern.compile("(?i)\\bCREATE\\s+(?:OR\\s+REPLACE\\s+)?(?:TABLE|VIEW)\\s+(\\w+)");

    private TableNames() {}

    /** Every table and view that the line makes for itself: nothing else may have their names. */
    static Set<String> ownedByTheLine() {
        var names = new TreeSet<>(List.of("schema_version", SideTables.PROGRESS));
        for (Migrations.Script script : Migrations.scripts()) {
            Matcher made = MADE.matcher(script.text());
            while (made.find()) {
                names.add(made.group(1));
            }
        }
        return names;
    }

    /**
     * The name, when a side table may have it.
     *
     * @throws IllegalArgumentException when it is none, or one of the line's own
     */
    static String side(String name) {
        SqlName.checked(name);
        if (ownedByTheLine().contains(name)) {
            throw new IllegalArgumentException(name + " is one of the line's own tables: name another");
        }
        return name;
    }

    /** In the table's order; none when there is no such table. */
    static List<String> columns(Session session, String table) throws SQLException {
        return session.texts(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name ="
                        + " ? ORDER BY ordinal_position",
                SqlName.checked(table));
    }

    static boolean exists(Session session, String table) throws SQLException {
        return !columns(session, table).isEmpty();
    }

    /**
     * The columns of both, in the first's order.
     *
     * @throws LoadFailure of kind FATAL when one is not there, or has a column that the other hasn't
     */
    static List<String> same(Session session, String one, String other) throws SQLException, LoadFailure {
        List<String> columns = columns(session, one);
        List<String> others = columns(session, other);
        for (String table : List.of(one, other)) {
            if ((table.equals(one) ? columns : others).isEmpty()) {
                throw new LoadFailure(LoadFailure.Kind.FATAL, "there is no table " + table, null);
            }
        }
        var differing = new TreeSet<>(columns);
        others.forEach(column -> {
            if (!differing.remove(column)) {
                differing.add(column);
            }
        });
        if (!differing.isEmpty()) {
            throw new LoadFailure(
                    LoadFailure.Kind.FATAL,
                    other + " is not like " + one + ", only one of them has " + differing + ": name another table",
                    null);
        }
        return columns;
    }
}
