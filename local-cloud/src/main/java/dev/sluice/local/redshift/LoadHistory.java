package dev.sluice.local.redshift;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What COPY did, in SYS_LOAD_HISTORY and SYS_LOAD_ERROR_DETAIL. Written through a connection of its own, so that it stays when
 * the client rolls back, as in Redshift. Thread-safe.
 */
final class LoadHistory implements AutoCloseable {
    private static final int MAX_TEXT = 4000;

    /**
     * @param queryId names this COPY in both views
     * @param rows how many were loaded; 0 when the COPY failed
     */
    record Entry(long queryId, CopyCommand command, String sql, Instant start, boolean completed, long rows) {}

    private final PostgresProcess postgres;
    private final AtomicLong queryIds;
    private @Nullable Connection connection;

    LoadHistory(PostgresProcess postgres) throws SQLException {
        this.postgres = postgres;
        try (Connection first = postgres.connect(RedshiftSettings.DATABASE);
                Statement statement = first.createStatement();
                ResultSet row =
                        statement.executeQuery("select coalesce(max(query_id), 1000) from sluice_local.load_history")) {
            row.next();
            queryIds = new AtomicLong(row.getLong(1));
        }
    }

    long nextQueryId() {
        return queryIds.incrementAndGet();
    }

    synchronized void record(Entry entry, LoadReport report) throws SQLException {
        try {
            write(entry, report);
        } catch (SQLException first) {
            // The kept connection may have been ended; a new one shows whether the server is well.
            close();
            write(entry, report);
        }
    }

    private void write(Entry entry, LoadReport report) throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = postgres.connect(RedshiftSettings.DATABASE);
            open.setAutoCommit(false);
            try (Statement statement = open.createStatement()) {
                // A log: losing the last lines in a crash is better than a disk's wait in every COPY.
                statement.execute("set synchronous_commit = off");
            }
            open.commit();
            connection = open;
        }
        writeErrors(open, entry, report.errors());
        writeEntry(open, entry, report);
        open.commit();
    }

    private static void writeEntry(Connection open, Entry entry, LoadReport report) throws SQLException {
        try (PreparedStatement insert = open.prepareStatement(
                "insert into sluice_local.load_history values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setString(1, RedshiftSettings.USER);
            insert.setLong(2, entry.queryId());
            insert.setString(3, entry.command().target().table());
            insert.setString(4, entry.completed() ? "completed" : "aborted");
            insert.setObject(5, utc(entry.start()));
            insert.setObject(6, utc(Instant.now()));
            insert.setString(7, cut(entry.sql()));
            insert.setLong(8, entry.rows());
            insert.setLong(9, report.refused());
            insert.setLong(10, report.files());
            insert.setString(11, entry.command().format() instanceof CopyCommand.Json ? "JSON" : "TEXT");
            insert.setString(12, entry.command().source().uri());
            insert.executeUpdate();
        }
    }

    private static void writeErrors(Connection open, Entry entry, List<LoadError> errors) throws SQLException {
        if (errors.isEmpty()) {
            return;
        }
        try (PreparedStatement insert =
                open.prepareStatement("insert into sluice_local.load_errors values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (LoadError error : errors) {
                TargetColumn column = error.fault().column();
                insert.setLong(1, entry.queryId());
                insert.setObject(2, utc(entry.start()));
                insert.setString(3, entry.command().target().table());
                insert.setString(4, error.file());
                insert.setLong(5, error.line());
                insert.setString(6, column == null ? null : column.name());
                insert.setString(7, column == null ? null : column.type());
                insert.setString(8, error.fault().field());
                insert.setInt(9, error.fault().kind().code());
                insert.setString(10, error.fault().reason());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static LocalDateTime utc(Instant time) {
        return LocalDateTime.ofInstant(time, ZoneOffset.UTC);
    }

    private static String cut(String text) {
        return text.substring(0, Math.min(text.length(), MAX_TEXT)).replace("\0", "");
    }

    @Override
    public synchronized void close() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                // It is given up either way.
            }
        }
    }
}
