package dev.sluice.cli.tap;

import dev.sluice.common.table.Column;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What other code makes of the same frames, event by event, and how often which column differs. Confined to one thread. */
final class Differences {
    /** Another clock and another name are no other result. */
    private static final Set<Column<?>> NEVER_COMPARED = Set.of(Columns.ENRICHED_AT, Columns.ENRICH_VERSION);

    /** The table a row is for, when that is what differs. */
    static final String TABLE = "table";

    /** @param before null where only the other code set something, as {@code after} where only the released code did */
    record Change(
            String column,
            @Nullable String before,
            @Nullable String after) {}

    /**
     * @param row as the released code makes it; the other's, where that makes an event of its own
     * @param changes none when both made the same
     */
    record Compared(Row row, List<Change> changes) {}

    private record Key(@Nullable Long seq, @Nullable Integer index) {
        static Key of(Row row) {
            return new Key(row.get(Columns.INGEST_SEQ), row.get(Columns.INGEST_INDEX));
        }
    }

    private final Map<String, Long> byColumn = new TreeMap<>();
    private long events;
    private long different;

    /** @param released and other: all rows of one frame */
    List<Compared> compare(List<Row> released, List<Row> other) {
        var others = new HashMap<Key, Row>();
        other.forEach(row -> others.put(Key.of(row), row));
        var compared = new ArrayList<Compared>();
        for (Row row : released) {
            compared.add(compared(row, others.remove(Key.of(row))));
        }
        for (Row added : other) {
            if (others.containsKey(Key.of(added))) {
                compared.add(counted(new Compared(
                        added, List.of(new Change(TABLE, null, added.table().tableName())))));
            }
        }
        return compared;
    }

    private Compared compared(Row released, @Nullable Row other) {
        if (other == null) {
            return counted(new Compared(
                    released, List.of(new Change(TABLE, released.table().tableName(), null))));
        }
        var changes = new ArrayList<Change>();
        if (released.table() != other.table()) {
            changes.add(new Change(
                    TABLE, released.table().tableName(), other.table().tableName()));
        }
        var columns = new LinkedHashSet<Column<?>>(released.table().columns());
        columns.addAll(other.table().columns());
        for (Column<?> column : columns) {
            Object before = released.get(column);
            Object after = other.get(column);
            if (!NEVER_COMPARED.contains(column) && !Objects.equals(before, after)) {
                changes.add(new Change(column.name(), text(before), text(after)));
            }
        }
        return counted(new Compared(released, changes));
    }

    private Compared counted(Compared compared) {
        events++;
        if (!compared.changes().isEmpty()) {
            different++;
            compared.changes().forEach(change -> byColumn.merge(change.column(), 1L, Long::sum));
        }
        return compared;
    }

    private static @Nullable String text(@Nullable Object cell) {
        return cell == null ? null : cell.toString();
    }

    /** One line: how many of how many, and in which columns. */
    String summary() {
        String of = String.format(java.util.Locale.ROOT, "%,d events, %,d differ", events, different);
        return byColumn.isEmpty() ? of : of + ": " + byColumn.toString().replaceAll("[{}]", "");
    }
}
