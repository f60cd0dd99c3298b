package dev.sluice.loader.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.MappedQuerySpec;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/**
 * Reads what the warehouse holds, for the proof: only SQL that Redshift and its local stand-in both run, each question bounded by the
 * tables' sort key. Answers in ranges and sums, never one row for each hit, as long as the books are in order. Thread-safe; blocks.
 */
final class Books {
    /** Ranges between holes: with more holes than this, the first ones must do. */
    private static final int MOST_RANGES = 20_000;

    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

    /** Where a hit can have come to: each with what a sum calls it. */
    private static final Map<String, String> PLACES = Map.of(
            "page_views", "loaded",
            "events", "loaded",
            "bad_events", "bad",
            "browser_repeats", "repeated",
            // They were counted when they came, and went because someone asked to be forgotten.
            "forgotten_rows", "loaded");

    private static final String IN_TIME =
            "received_at >= CAST(:from AS TIMESTAMP) AND received_at < CAST(:to AS TIMESTAMP)";
    static final String OF_EPOCH = IN_TIME + " AND ingest_epoch = :epoch";

    private static final String ACCEPTED =
            "SELECT DISTINCT ingest_epoch, first_seq, last_seq, bucket, n, complete_until,"
                    + " is_final FROM audit_buckets WHERE stage = 'accepted'";

    /** Event by event first, then hit by hit, so that no step has to keep sets. */
    private static final String BALANCES = """
            SELECT ingest_epoch, received_minute, SUM(counted), SUM(loaded), SUM(bad), SUM(repeated), SUM(hits), SUM(doubled),
                   SUM(holes)
            FROM (
              SELECT ingest_epoch, bucket AS received_minute, n AS counted, 0 AS loaded, 0 AS bad, 0 AS repeated, 0 AS hits,
                     0 AS doubled, 0 AS holes
              FROM audit_buckets
              WHERE stage IN ('loaded', 'bad', 'repeated') AND bucket >= CAST(:from AS TIMESTAMP)
                AND bucket < CAST(:to AS TIMESTAMP)
              UNION ALL
              SELECT ingest_epoch, received_minute, 0, SUM(loaded), SUM(bad), SUM(repeated), COUNT(*),
                     SUM(loaded + bad + repeated - distinct_events), SUM(highest + 1 - indexed)
              FROM (
                SELECT ingest_epoch, ingest_seq, received_minute, SUM(loaded) AS loaded, SUM(bad) AS bad,
                       SUM(repeated) AS repeated, COUNT(*) AS distinct_events, COUNT(ingest_index) AS indexed,
                       COALESCE(MAX(ingest_index), -1) AS highest
                FROM (
                  SELECT ingest_epoch, ingest_seq, ingest_index, DATE_TRUNC('minute', received_at) AS received_minute,
                         SUM(CASE WHEN place = 'loaded' THEN 1 ELSE 0 END) AS loaded,
                         SUM(CASE WHEN place = 'bad' THEN 1 ELSE 0 END) AS bad,
                         SUM(CASE WHEN place = 'repeated' THEN 1 ELSE 0 END) AS repeated
                  FROM (%s) landed
                  GROUP BY ingest_epoch, ingest_seq, ingest_index, DATE_TRUNC('minute', received_at)) of_events
                GROUP BY ingest_epoch, ingest_seq, received_minute) of_hits
              GROUP BY ingest_epoch, received_minute) both_books
            GROUP BY ingest_epoch, received_minute
            ORDER BY received_minute, ingest_epoch""".formatted(landed(IN_TIME));

    private static final String RANGES = """
            SELECT ingest_epoch, MIN(ingest_seq), MAX(ingest_seq)
            FROM (
              SELECT ingest_epoch, ingest_seq,
                     ingest_seq - ROW_NUMBER() OVER (PARTITION BY ingest_epoch ORDER BY ingest_seq) AS island
              FROM (SELECT DISTINCT ingest_epoch, ingest_seq FROM (%s) landed) seqs) numbered
            GROUP BY ingest_epoch, island
            ORDER BY MIN(ingest_seq)
            LIMIT\s""" + MOST_RANGES;

    private final JdbcClient warehouse;

    Books(DataSource source) {
        this.warehouse = JdbcClient.create(source);
    }

    /**
     * What loads brought of an epoch.
     *
     * @param firstMinute in which something of it was received
     * @param lastMinute likewise
     * @param lastSeq the last hit that the node told of; -1 when it told of none. Numbers are dense from 0, so that this is how many
     *     there are, whichever records were lost
     * @param finalSeq the last hit there will ever be; {@value #NOT_FINAL} while that isn't known
     */
    record News(String epoch, Instant firstMinute, Instant lastMinute, long lastSeq, long finalSeq) {
        static final long NOT_FINAL = -2;

        News and(News later) {
            return new News(
                    epoch,
                    firstMinute.isBefore(later.firstMinute) ? firstMinute : later.firstMinute,
                    lastMinute.isAfter(later.lastMinute) ? lastMinute : later.lastMinute,
                    Math.max(lastSeq, later.lastSeq),
                    Math.max(finalSeq, later.finalSeq));
        }

        /** Whether the node told anything, and not only rows of it came. */
        boolean isOfNode() {
            return lastSeq >= 0 || finalSeq != NOT_FINAL;
        }
    }

    /** Every event of every hit, wherever it came to. */
    static String landed(String where) {
        return PLACES.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(place -> "SELECT ingest_epoch, ingest_seq, ingest_index, received_at, CAST('" + place.getValue()
                        + "' AS VARCHAR(8)) AS place FROM " + place.getKey() + " WHERE " + where)
                .reduce((one, other) -> one + " UNION ALL " + other)
                .orElseThrow();
    }

    /** The latest load of which there are counts; 0 before the first. */
    long latestLoad() {
        return warehouse
                .sql("SELECT COALESCE(MAX(load_id), 0) FROM audit_buckets")
                .query(Long.class)
                .single();
    }

    /** Epochs that a later load brought something of, however long ago that was received. */
    List<News> newsAfter(long load) {
        return news("load_id > :load GROUP BY ingest_epoch", "load", load).list();
    }

    /** All that loads brought of one epoch. */
    Optional<News> newsOf(String epoch) {
        return news("ingest_epoch = :epoch GROUP BY ingest_epoch", "epoch", epoch)
                .optional();
    }

    private MappedQuerySpec<News> news(String where, String name, Object value) {
        return warehouse
                .sql(
                        "SELECT ingest_epoch, MIN(bucket), MAX(bucket), COALESCE(MAX(last_seq), -1), COALESCE(MAX(CASE WHEN"
                                + " is_final THEN last_seq END), " + News.NOT_FINAL + ") FROM audit_buckets WHERE "
                                + where)
                .param(name, value)
                .query((row, _) ->
                        new News(row.getString(1), instant(row, 2), instant(row, 3), row.getLong(4), row.getLong(5)));
    }

    /** What ingest nodes tell of these minutes. */
    List<Accepted> accepted(Instant from, Instant to) {
        return between(
                        warehouse.sql(ACCEPTED
                                + " AND bucket >= CAST(:from AS TIMESTAMP) AND bucket < CAST(:to AS TIMESTAMP)"),
                        from,
                        to)
                .query((row, _) -> accepted(row))
                .list();
    }

    /** The same of one epoch. */
    List<Accepted> accepted(String epoch, Instant from, Instant to) {
        return between(
                        warehouse.sql(ACCEPTED + " AND ingest_epoch = :epoch AND bucket >= CAST(:from AS TIMESTAMP) AND"
                                + " bucket < CAST(:to AS TIMESTAMP)"),
                        from,
                        to)
                .param("epoch", epoch)
                .query((row, _) -> accepted(row))
                .list();
    }

    /** Every epoch's minutes of which there are rows or counts; without what was accepted. */
    List<MinuteBalance> balances(Instant from, Instant to) {
        return between(warehouse.sql(BALANCES), from, to)
                .query((row, _) -> new MinuteBalance(
                        row.getString(1),
                        instant(row, 2),
                        -1,
                        row.getLong(7),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        row.getLong(6),
                        row.getLong(8),
                        row.getLong(9)))
                .list();
    }

    /** The hits that are there, by epoch. */
    Map<String, SeqRanges> present(Instant from, Instant to) {
        return ranges(between(warehouse.sql(RANGES.formatted(landed(IN_TIME))), from, to));
    }

    /** One epoch's. */
    SeqRanges present(String epoch, Instant from, Instant to) {
        return ranges(between(warehouse.sql(RANGES.formatted(landed(OF_EPOCH))), from, to)
                        .param("epoch", epoch))
                .getOrDefault(epoch, new SeqRanges());
    }

    /** The minute until which all is there; empty when nothing is known yet. */
    Optional<Instant> watermark() {
        return warehouse
                .sql("SELECT complete_until FROM watermark WHERE complete_until IS NOT NULL")
                .query((row, _) -> instant(row, 1))
                .optional();
    }

    static StatementSpec between(StatementSpec statement, Instant from, Instant to) {
        return statement.param("from", text(from)).param("to", text(to));
    }

    private static Map<String, SeqRanges> ranges(StatementSpec statement) {
        var ranges = new HashMap<String, SeqRanges>();
        statement.query(row -> {
            ranges.computeIfAbsent(row.getString(1), _ -> new SeqRanges()).add(row.getLong(2), row.getLong(3));
        });
        return ranges;
    }

    private static Accepted accepted(ResultSet row) throws SQLException {
        return new Accepted(
                row.getString(1),
                row.getLong(2),
                row.getLong(3),
                instant(row, 4),
                row.getLong(5),
                instant(row, 6),
                row.getBoolean(7));
    }

    /** As a UTC time: no JVM or session time zone comes in between. */
    static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, LocalDateTime.class).toInstant(ZoneOffset.UTC);
    }

    static String text(Instant time) {
        return TIMESTAMP.format(time);
    }
}
