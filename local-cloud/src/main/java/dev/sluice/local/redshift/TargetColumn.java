package dev.sluice.local.redshift;

/**
 * A column that COPY fills, as the catalog has it.
 *
 * @param type PostgreSQL's name of the type
 * @param maxBytes for character types the width in bytes, 0 when unbounded; −1 for other types
 */
record TargetColumn(String name, String type, int maxBytes, boolean notNull) {
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
