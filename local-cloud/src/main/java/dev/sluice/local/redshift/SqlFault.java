package dev.sluice.local.redshift;

/** What Redshift would answer a statement with; unchecked, as it is thrown from the depth of parsers. Caught by whoever runs the statement. */
final class SqlFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String sqlState;

    SqlFault(String sqlState, String message) {
        super(message);
        this.sqlState = sqlState;
    }

    static SqlFault syntax(String near) {
        return new SqlFault("42601", "syntax error at or near \"" + near + "\"");
    }

    static SqlFault unsupported(String what) {
        return new SqlFault("0A000", what + " is not supported by the local Redshift");
    }

    String sqlState() {
        return sqlState;
    }
}
