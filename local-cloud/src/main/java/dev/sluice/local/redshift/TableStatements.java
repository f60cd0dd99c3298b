package dev.sluice.local.redshift;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rewrites CREATE TABLE and ALTER TABLE. Works on masked text; restored names go into the comment of {@link TableKeys}. */
final class TableStatements {
    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.DOTALL;
    private static final String TABLE = "(?:" + SqlText.NAME + "\\.)?(" + SqlText.NAME + ")";
    private static final Pattern CREATE = Pattern.compile(
            "\\s*CREATE\\s+(?:LOCAL\\s+|GLOBAL\\s+)?(?:TEMP(?:ORARY)?\\s+)?TABLE\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?"
                    + TABLE + "(?![\\w$.])",
            FLAGS);
    private static final Pattern ALTER = Pattern.compile("(\\s*ALTER\\s+TABLE\\s+" + TABLE + ")\\s+(.*)", FLAGS);
    private static final Pattern ADD_COLUMN = Pattern.compile("ADD\\s+(?:COLUMN\\s+)?(.*)", FLAGS);
    private static final Pattern KEY_CONSTRAINT = Pattern.compile(
            "(?:CONSTRAINT\\s+" + SqlText.NAME + "\\s+)?(PRIMARY\\s+KEY|UNIQUE|FOREIGN\\s+KEY)\\s*\\(([^)]*)\\).*",
            FLAGS);
    private static final Pattern PHYSICAL = Pattern.compile(
            "ALTER\\s+(?:(?:DISTSTYLE|ENCODE|DISTKEY|(?:COMPOUND\\s+)?SORTKEY)\\b.*|(?:COLUMN\\s+)?" + SqlText.NAME
                    + "\\s+ENCODE\\b.*)",
            FLAGS);
    private static final Pattern TEMPORARY = Pattern.compile("\\s*CREATE\\s+(?:LOCAL\\s+)?TEMP(?:ORARY)?\\b", FLAGS);
    private static final Pattern LIKE = Pattern.compile("\\s*LIKE\\b.*", FLAGS);
    private static final Pattern QUERY = Pattern.compile("\\bAS\\b", FLAGS);
    private static final Pattern DIST_KEY =
            Pattern.compile("\\bDISTKEY\\s*\\(?\\s*(" + SqlText.NAME + ")\\s*\\)?", FLAGS);
    private static final Pattern SORT_KEY =
            Pattern.compile("\\b(?:(?:COMPOUND|INTERLEAVED)\\s+)?SORTKEY\\s*(?:\\(([^)]*)\\)|AUTO\\b|NONE\\b)", FLAGS);
    private static final Pattern OTHER_ATTRIBUTES = Pattern.compile(
            "\\bDISTSTYLE\\s+(?:AUTO|EVEN|KEY|ALL)\\b|\\bBACKUP\\s+(?:YES|NO)\\b|\\bENCODE\\s+AUTO\\b|\\bAUTO\\s+REFRESH\\s+(?:YES|NO)\\b",
            FLAGS);

    private final SqlText text;

    TableStatements(SqlText text) {
        this.text = text;
    }

    /** @return empty when the statement is neither */
    Optional<String> rewrite(String statement) {
        Matcher create = CREATE.matcher(statement);
        if (create.lookingAt()) {
            return Optional.of(
                    create(statement.substring(0, create.end()), create.group(1), statement.substring(create.end())));
        }
        Matcher alter = ALTER.matcher(statement);
        return alter.matches() ? Optional.of(alter(alter.group(1), alter.group(2), alter.group(3))) : Optional.empty();
    }

    private String create(String head, String table, String rest) {
        var dist = new ArrayList<String>();
        var sort = new ArrayList<String>();
        String elements = "";
        String tail = rest;
        int open = rest.length() - rest.stripLeading().length();
        int close = open < rest.length() && rest.charAt(open) == '(' ? SqlText.closing(rest, open) : -1;
        if (close > 0) {
            boolean temporary = TEMPORARY.matcher(head).lookingAt();
            elements = " (" + elements(rest.substring(open + 1, close), temporary, dist, sort) + ")";
            tail = rest.substring(close + 1);
        }
        Matcher query = QUERY.matcher(tail);
        String attributes = query.find() ? tail.substring(0, query.start()) : tail;
        String select = tail.substring(attributes.length());
        return head + elements + attributes(attributes, dist, sort) + select + keys(table, dist, sort);
    }

    private static String elements(String list, boolean temporary, List<String> dist, List<String> sort) {
        var columns = new ArrayList<ColumnDefinition>();
        var kept = new ArrayList<String>();
        var keyColumns = new ArrayList<String>();
        for (String element : SqlText.split(list, ',')) {
            Matcher key = KEY_CONSTRAINT.matcher(element.strip());
            if (LIKE.matcher(element).matches()) {
                // Redshift's LIKE takes over the distribution and sort keys, which are indexes here. A temporary table
                // is
                // read as a whole, and an index would only make it dear to fill.
                kept.add(temporary ? element : element + " INCLUDING INDEXES");
            } else if (key.matches()) {
                if (key.group(1).regionMatches(true, 0, "PRIMARY", 0, 7)) {
                    SqlText.split(key.group(2), ',').forEach(c -> keyColumns.add(c.strip()));
                }
            } else {
                columns.add(ColumnDefinition.parse(element));
            }
        }
        for (ColumnDefinition column : columns) {
            // A primary key's columns are never NULL in Redshift either.
            boolean inKey = keyColumns.stream().anyMatch(column.name()::equalsIgnoreCase);
            kept.add(inKey ? column.sql() + " NOT NULL" : column.sql());
            if (column.distKey()) {
                dist.add(column.name());
            }
            if (column.sortKey()) {
                sort.add(column.name());
            }
        }
        return String.join(", ", kept.stream().map(String::strip).toList());
    }

    /** What of a table's attributes PostgreSQL knows; the keys are added to the lists. */
    private static String attributes(String attributes, List<String> dist, List<String> sort) {
        String rest = SORT_KEY.matcher(attributes).replaceAll(key -> {
            if (key.group(1) != null) {
                SqlText.split(key.group(1), ',').forEach(c -> sort.add(c.strip()));
            }
            return "";
        });
        rest = DIST_KEY.matcher(rest).replaceAll(key -> {
            dist.add(key.group(1));
            return "";
        });
        return OTHER_ATTRIBUTES.matcher(rest).replaceAll("");
    }

    private String alter(String head, String table, String action) {
        if (PHYSICAL.matcher(action).matches()) {
            var dist = new ArrayList<String>();
            var sort = new ArrayList<String>();
            attributes(action.replaceFirst("(?is)^ALTER\\s+", ""), dist, sort);
            // Changes nothing, but needs the table and its owner, and answers "ALTER TABLE".
            return head + " REPLICA IDENTITY DEFAULT" + keys(table, dist, sort);
        }
        Matcher add = ADD_COLUMN.matcher(action);
        if (!add.matches()) {
            return head + " " + action;
        }
        if (KEY_CONSTRAINT.matcher(add.group(1).strip()).matches()) {
            return head + " REPLICA IDENTITY DEFAULT";
        }
        return head + " ADD COLUMN " + ColumnDefinition.parse(add.group(1)).sql();
    }

    private String keys(String table, List<String> dist, List<String> sort) {
        return new TableKeys(name(table), List.of(names(dist), names(sort))).comment();
    }

    private List<String> names(List<String> masked) {
        return masked.stream().map(this::name).toList();
    }

    private String name(String masked) {
        return SqlText.identifier(text.restore(masked));
    }
}
