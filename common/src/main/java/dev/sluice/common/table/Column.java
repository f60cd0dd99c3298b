package dev.sluice.common.table;

/**
 * One column of the warehouse: its name, its Java type and its SQL type. Columns that mean the same in several tables are the
 * same object. Created only in {@link Columns}; compared by identity.
 *
 * @param <T> what a cell holds: String, Instant (microseconds), Integer, Long, Boolean or Double
 */
public final class Column<T> {
    /** SQL types as Redshift names them. */
    public enum Type {
        CHAR,
        VARCHAR,
        TIMESTAMP,
        SMALLINT,
        INTEGER,
        BIGINT,
        BOOLEAN,
        DOUBLE,
        /** JSON text on its way into SUPER. */
        SUPER
    }

    private final int ordinal;
    private final String name;
    private final Type type;
    private final int maxBytes;
    private final Class<T> javaType;

    Column(int ordinal, String name, Type type, int maxBytes, Class<T> javaType) {
        this.ordinal = ordinal;
        this.name = name;
        this.type = type;
        this.maxBytes = maxBytes;
        this.javaType = javaType;
    }

    /** Where a row keeps this column's cell; unique over all columns, below {@link Columns#count()}. */
    int ordinal() {
        return ordinal;
    }

    public String name() {
        return name;
    }

    public Type type() {
        return type;
    }

    /** The width of CHAR and VARCHAR in UTF-8 bytes, as Redshift counts; 0 for other types. */
    public int maxBytes() {
        return maxBytes;
    }

    /** Whether a cell is a string that is cut to {@link #maxBytes}. */
    public boolean isText() {
        return type == Type.CHAR || type == Type.VARCHAR;
    }

    public Class<T> javaType() {
        return javaType;
    }

    @Override
    public String toString() {
        return name;
    }
}
