package dev.sluice.loader.load;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection with autocommit off, and the few ways in which the loader speaks through it. Confined to the thread that opened
 * it, but for {@link #abort}. Closing rolls back what was not committed.
 */
final class Session implements AutoCloseable {
    /** PostgreSQL's and Redshift's state for a statement that was ended on request. */
    private static final String CANCELLED = "57014";

    /** The widest row has 64 KB. */
    private static final int FETCH_ROWS = 200;

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

    private final Connection connection;
    private volatile @Nullable PreparedStatement running;
    private volatile boolean aborted;

    Session(Connection connection) {
        this.connection = connection;
    }

    /** A UTC time as the text that {@code CAST(? AS TIMESTAMP)} takes: no JVM or session time zone comes in between. */
    static String timestamp(Instant time) {
        return TIMESTAMP.format(time);
    }

    /** Runs a statement and tells how many rows it touched. Values are bound, never part of the text. */
    long update(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(sql, values)) {
            return statement.executeLargeUpdate();
        }
    }

    /** The first column of every row, as text; SQL's NULL is the empty string. */
    List<String> texts(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(sql, values);
                ResultSet result = statement.executeQuery()) {
            var texts = new ArrayList<String>();
            while (result.next()) {
                String text = result.getString(1);
                texts.add(text == null ? "" : text);
            }
            return texts;
        }
    }

    /** Reads one row of a result; must not move on to another. */
    interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    /** Reads every row; holds few of them at a time. */
    void each(String sql, RowReader reader, Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(sql, values)) {
            statement.setFetchSize(FETCH_ROWS);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    reader.read(result);
                }
            }
        }
    }

    /** The one number that the query gives; NULL is 0. */
    long number(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(sql, values);
                ResultSet result = statement.executeQuery()) {
            if (!result.next()) {
                throw new SQLException("no row from: " + sql);
            }
            return result.getLong(1);
        }
    }

    void commit() throws SQLException {
        connection.commit();
    }

    void rollback() throws SQLException {
        connection.rollback();
    }

    /**
     * Asks the server to end the statement that is running, and refuses those that come after it; from any thread. A statement
     * that is just on its way may be missed: ask again. (The driver's {@code Connection.abort} fails on this Java: it asks a
     * security manager, and there is none any more.)
     */
    void abort() {
        aborted = true;
        PreparedStatement statement = running;
        if (statement != null) {
            try {
                statement.cancel();
            } catch (SQLException e) {
                LOG.debug("Nothing to break off", e);
            }
        }
    }

    /** Never fails: what it could say comes after the commit, and must not be taken for the commit's failure. */
    @Override
    public void close() {
        try (connection) {
            connection.rollback();
        } catch (SQLException e) {
            LOG.debug("Closing a session", e);
        }
    }

    private PreparedStatement prepare(String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            running = statement;
            // Looked at after the statement can be seen: whoever aborts now finds it.
            if (aborted) {
                throw new SQLException("this session was broken off", CANCELLED);
            }
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }
}
