package dev.sluice.local.redshift;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A column that COPY fills, as the catalog has it.
 *
 * @param type PostgreSQL's name of the type
 * @param maxBytes for character types the width in bytes, 0 when unbounded; −1 for other types
 */
record TargetColumn(String name, String type, int maxBytes, boolean notNull) {
    /**
     * The columns that a COPY into a table fills, in its order.
     *
     * @throws SqlFault there is no such table or column
     */
    static List<TargetColumn> of(CopyCommand.Target target, Backend backend)
            throws IOException, InterruptedException, ServerError {
        String table = target.table();
        List<List<@Nullable String>> rows =
                backend.query("select a.attname, t.typname, case when t.typname in ('varchar', 'bpchar')"
                        + " then greatest(a.atttypmod - 4, 0) when t.typname = 'text' then 0 else -1 end, a.attnotnull,"
                        + " a.attidentity <> '' or a.attgenerated <> '' from pg_catalog.pg_attribute a join pg_catalog.pg_type t"
                        + " on t.oid = a.atttypid where a.attrelid = pg_catalog.to_regclass(" + Wire.literal(table)
                        + ") and a.attnum > 0 and not a.attisdropped order by a.attnum");
        if (rows.isEmpty()) {
            throw new SqlFault("42P01", "Cannot COPY into nonexistent table " + table);
        }
        List<String> wanted = target.columns();
        var found = new ArrayList<TargetColumn>();
        for (List<@Nullable String> row : rows) {
            String name = Objects.requireNonNull(row.get(0));
            if (wanted.contains(name) || (wanted.isEmpty() && !"t".equals(row.get(4)))) {
                int bytes = Integer.parseInt(Objects.requireNonNull(row.get(2)));
                found.add(new TargetColumn(name, Objects.requireNonNull(row.get(1)), bytes, "t".equals(row.get(3))));
            }
        }
        return wanted.isEmpty() ? found : inOrder(target, found);
    }

    private static List<TargetColumn> inOrder(CopyCommand.Target target, List<TargetColumn> found) {
        return target.columns().stream()
                .map(name -> found.stream()
                        .filter(c -> c.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new SqlFault(
                                "42703",
                                "column \"" + name + "\" of relation \"" + target.table() + "\" does not exist")))
                .toList();
    }

    boolean isText() {
        return maxBytes >= 0;
    }

    boolean isTimestamp() {
        return type.startsWith("timestamp");
    }

    boolean isSuper() {
        return type.equals("super") || type.equals("jsonb");
    }
}
