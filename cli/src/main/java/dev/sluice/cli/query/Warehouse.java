package dev.sluice.cli.query;

import dev.sluice.cli.line.CliFailure;
import dev.sluice.loader.load.WarehouseLogin;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** A connection to the warehouse through the driver that AWS publishes. Confined to one thread. */
public final class Warehouse implements AutoCloseable {
    private static final int FETCH_ROWS = 1_000;

    private final Connection connection;

    /**
     * Where it is.
     *
     * @param password may be empty
     */
    public record Address(String jdbcUrl, String user, String password) {
        /** For what the loader's library does with it. */
        public WarehouseLogin login() {
            return new WarehouseLogin(jdbcUrl, user, password);
        }

        @Override
        public String toString() {
            return jdbcUrl;
        }
    }

    public Warehouse(Address address) {
        var properties = new Properties();
        properties.setProperty("user", address.user());
        properties.setProperty("password", address.password());
        // Else the driver sends a stack frame.
        properties.setProperty("ApplicationName", "sluice");
        properties.setProperty("loginTimeout", "10");
        try {
            connection = DriverManager.getConnection(address.jdbcUrl(), properties);
        } catch (SQLException e) {
            throw new CliFailure("cannot reach the warehouse at " + address + ": " + firstLine(e), e);
        }
    }

    /**
     * Runs any statement and prints what it answers.
     *
     * @return how many rows were changed; -1 for a statement that answers rows
     */
    long run(String sql, ResultPrinter printer) {
        try {
            // Only inside a transaction does the driver fetch row by row; what changes something commits by itself.
            boolean reads = sql.strip().toLowerCase(Locale.ROOT).matches("(?s)(select|with)\\b.*");
            connection.setAutoCommit(!reads);
            try (var statement = connection.createStatement()) {
                statement.setFetchSize(FETCH_ROWS);
                if (!statement.execute(sql)) {
                    return Math.max(0, statement.getLargeUpdateCount());
                }
                print(statement.getResultSet(), printer);
            }
            if (reads) {
                connection.commit();
            }
            return -1;
        } catch (SQLException e) {
            throw new CliFailure(firstLine(e), e);
        }
    }

    /** The same connection for those who take one at a time and give it back. */
    public DataSource asDataSource() {
        return new SingleConnectionDataSource(connection, true);
    }

    /** The first row's numbers, each 0 where it is NULL. */
    public List<Double> numbers(String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var numbers = new ArrayList<Double>();
            if (rows.next()) {
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    numbers.add(rows.getDouble(i));
                }
            }
            return numbers;
        }
    }

    private static void print(ResultSet rows, ResultPrinter printer) throws SQLException {
        var meta = rows.getMetaData();
        int count = meta.getColumnCount();
        var names = new ArrayList<String>();
        var kinds = new ArrayList<Cell.Kind>();
        for (int i = 1; i <= count; i++) {
            names.add(meta.getColumnLabel(i));
            kinds.add(kind(meta, i));
        }
        printer.header(names);
        while (rows.next()) {
            var cells = new ArrayList<Cell>(count);
            for (int i = 1; i <= count; i++) {
                cells.add(new Cell(rows.getString(i), kinds.get(i - 1)));
            }
            printer.row(cells);
        }
        printer.end();
    }

    private static Cell.Kind kind(ResultSetMetaData meta, int column) throws SQLException {
        String type = meta.getColumnTypeName(column).toLowerCase(Locale.ROOT);
        if (type.equals("super") || type.startsWith("json")) {
            return Cell.Kind.JSON;
        }
        return switch (meta.getColumnType(column)) {
            case Types.BOOLEAN, Types.BIT -> Cell.Kind.BOOLEAN;
            case Types.SMALLINT,
                    Types.INTEGER,
                    Types.BIGINT,
                    Types.NUMERIC,
                    Types.DECIMAL,
                    Types.REAL,
                    Types.FLOAT,
                    Types.DOUBLE -> Cell.Kind.NUMBER;
            default -> Cell.Kind.TEXT;
        };
    }

    private static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("SQL state " + e.getSQLState());
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // We are done with it, and the server notices by itself.
        }
    }
}
