package dev.sluice.common.table;

import org.jspecify.annotations.Nullable;

/** A row while it is being made. Confined to one thread. Every cell starts as NULL. */
public final class RowDraft {
    private final @Nullable Object[] cells;

    public RowDraft() {
        this(new Object[Columns.count()]);
    }

    private RowDraft(@Nullable Object[] cells) {
        this.cells = cells;
    }

    /** Another draft with the same cells. */
    public RowDraft copy() {
        return new RowDraft(cells.clone());
    }

    public <T> @Nullable T get(Column<T> column) {
        return column.javaType().cast(cells[column.ordinal()]);
    }

    /** Sets or, with null, clears a cell. */
    public <T> RowDraft set(Column<T> column, @Nullable T value) {
        cells[column.ordinal()] = value;
        return this;
    }

    /** A row of this table with the cells as they are now; the draft may be used on. */
    public Row toRow(Table table) {
        return new Row(table, cells.clone());
    }
}
