package dev.sluice.common.table;

import org.jspecify.annotations.Nullable;

/** One row on its way into a table. Immutable and thread-safe; made by {@link RowDraft#toRow}. */
public final class Row {
    private final Table table;
    private final @Nullable Object[] cells;

    Row(Table table, @Nullable Object[] cells) {
        this.table = table;
        this.cells = cells;
    }

    public Table table() {
        return table;
    }

    /** The cell of this column; null is SQL's NULL. */
    public <T> @Nullable T get(Column<T> column) {
        return column.javaType().cast(cells[column.ordinal()]);
    }

    /** The same as it is, for who writes every cell of every row: what it is need not be checked again. */
    public @Nullable Object cell(Column<?> column) {
        return cells[column.ordinal()];
    }

    /** About how many bytes of heap this row holds: what buffers bound. */
    public long weight() {
        long weight = 64;
        for (Object cell : cells) {
            weight += switch (cell) {
                case null -> 4;
                case String text -> 60L + text.length();
                default -> 28;
            };
        }
        return weight;
    }
}
