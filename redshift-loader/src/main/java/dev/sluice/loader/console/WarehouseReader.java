package dev.sluice.loader.console;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Asks the warehouse the console's questions, those of one answer in one transaction that may only read. Thread-safe; blocks for the
 * source's time-outs at most.
 */
final class WarehouseReader implements Numbers {
    private final DataSource source;
    private final Question badRows;
    private final InstantSource clock;

    /** @param source whose connections commit by themselves, and have a statement time-out */
    WarehouseReader(DataSource source, boolean originals, InstantSource clock) {
        this.source = source;
        this.badRows = originals ? Question.BAD_ROWS : Question.BAD_ROWS_WITHOUT_ORIGINALS;
        this.clock = clock;
    }

    private interface Reading<T> {
        T read(Statement statement) throws SQLException;
    }

    private interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    @Override
    public LineNumbers line() throws SQLException {
        return inOneView(statement -> {
            Instant asOf = clock.instant();
            return new LineNumbers(
                    asOf, proof(statement), way(statement), loads(statement), bad(statement), pageViews(statement));
        });
    }

    @Override
    public VisitNumbers visits() throws SQLException {
        return inOneView(statement -> {
            Instant asOf = clock.instant();
            long[] sums = one(statement, Question.VISITS, row -> new long[] {row.getLong(1), row.getLong(2)});
            return new VisitNumbers(
                    asOf,
                    sums[0],
                    sums[1],
                    all(
                            statement,
                            Question.VISITS_BY_MINUTE,
                            row -> new VisitNumbers.Minute(instant(row, 1), row.getLong(2), row.getLong(3))),
                    all(
                            statement,
                            Question.TOP_PAGES,
                            row -> new VisitNumbers.Page(
                                    row.getString(1), row.getString(2), row.getLong(3), row.getLong(4))),
                    all(
                            statement,
                            Question.TOP_REFERRERS,
                            row -> new VisitNumbers.Referrer(row.getString(1), row.getString(2), row.getLong(3))));
        });
    }

    private static LineNumbers.Proof proof(Statement statement) throws SQLException {
        List<LineNumbers.Minute> minutes = all(
                statement,
                Question.MINUTES,
                row -> new LineNumbers.Minute(
                        instant(row, 1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5)));
        return one(
                statement,
                Question.WATERMARK,
                row -> new LineNumbers.Proof(
                        instantOrNull(row, 1), instantOrNull(row, 2), row.getLong(3), row.getLong(4), minutes));
    }

    private static LineNumbers.Way way(Statement statement) throws SQLException {
        LineNumbers.Lag toRow = one(statement, Question.LAG_TO_ROW, WarehouseReader::lag);
        LineNumbers.Lag toTable = one(statement, Question.LAG_TO_TABLE, WarehouseReader::lag);
        return one(
                statement,
                Question.NODES,
                row -> new LineNumbers.Way(row.getLong(1), instantOrNull(row, 2), toRow, toTable));
    }

    private static LineNumbers.Lag lag(ResultSet row) throws SQLException {
        return new LineNumbers.Lag(row.getLong(1), row.getDouble(2), row.getDouble(3));
    }

    private static LineNumbers.Loads loads(Statement statement) throws SQLException {
        List<LineNumbers.Load> latest = all(
                statement,
                Question.LOADS,
                row -> new LineNumbers.Load(
                        row.getLong(1),
                        instant(row, 2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        row.getLong(6),
                        row.getLong(7),
                        instant(row, 8)));
        long rows = one(statement, Question.LOADED_LATELY, row -> row.getLong(1));
        // Not by one(): a list's element is never null.
        @Nullable Instant last = latest.isEmpty()
                ? all(statement, Question.LAST_LOAD, row -> new Moment(instantOrNull(row, 1)))
                        .getFirst()
                        .at()
                : latest.getFirst().at();
        return new LineNumbers.Loads(last, rows, latest);
    }

    private record Moment(@Nullable Instant at) {}

    private LineNumbers.Bad bad(Statement statement) throws SQLException {
        boolean originals = badRows == Question.BAD_ROWS;
        return new LineNumbers.Bad(
                all(
                        statement,
                        Question.BAD_REASONS,
                        row -> new LineNumbers.Reason(row.getString(1), row.getString(2), row.getLong(3))),
                all(
                        statement,
                        badRows,
                        row -> new LineNumbers.BadRow(
                                instant(row, 1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4),
                                originals ? row.getString(5) : null,
                                originals ? row.getString(6) : null)));
    }

    private static List<LineNumbers.PageView> pageViews(Statement statement) throws SQLException {
        return all(
                statement,
                Question.PAGE_VIEWS,
                row -> new LineNumbers.PageView(
                        instant(row, 1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        row.getString(7),
                        row.getString(8),
                        row.getBoolean(9)));
    }

    private <T> T inOneView(Reading<T> reading) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("BEGIN READ ONLY");
            T answer;
            try {
                answer = reading.read(statement);
            } catch (SQLException e) {
                try {
                    statement.execute("ROLLBACK");
                } catch (SQLException suppressed) {
                    e.addSuppressed(suppressed);
                }
                throw e;
            }
            statement.execute("ROLLBACK");
            return answer;
        }
    }

    private static <T> T one(Statement statement, Question question, Row<T> reading) throws SQLException {
        List<T> rows = all(statement, question, reading);
        if (rows.size() != 1) {
            throw new SQLException(question + " gave " + rows.size() + " rows");
        }
        return rows.getFirst();
    }

    private static <T> List<T> all(Statement statement, Question question, Row<T> reading) throws SQLException {
        try (ResultSet result = statement.executeQuery(question.sql())) {
            var rows = new ArrayList<T>();
            while (result.next()) {
                rows.add(reading.of(result));
            }
            return rows;
        }
    }

    private static Instant instant(ResultSet row, int column) throws SQLException {
        return Objects.requireNonNull(instantOrNull(row, column), "no time in column " + column);
    }

    /** As a UTC time: no JVM or session time zone comes in between. */
    private static @Nullable Instant instantOrNull(ResultSet row, int column) throws SQLException {
        LocalDateTime time = row.getObject(column, LocalDateTime.class);
        return time == null ? null : time.toInstant(ZoneOffset.UTC);
    }
}
