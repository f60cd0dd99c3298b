package dev.sluice.loader.audit;

import dev.sluice.loader.audit.Finding.EventOfHit;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads single hits of one epoch, where the {@link Books} do not add up. Thread-safe; blocks. */
final class HitDetails {
    /** The first will do. */
    private static final int MOST_EVENTS = 1_000;

    private final JdbcClient warehouse;

    HitDetails(DataSource source) {
        this.warehouse = JdbcClient.create(source);
    }

    /** In which minutes the epoch's hits of these numbers were received, in order. */
    List<Instant> minutesOf(String epoch, long firstSeq, long lastSeq) {
        return warehouse
                .sql("SELECT DISTINCT bucket FROM audit_buckets WHERE stage = 'accepted' AND ingest_epoch = :epoch AND"
                        + " last_seq >= :first AND first_seq <= :last ORDER BY bucket")
                .param("epoch", epoch)
                .param("first", firstSeq)
                .param("last", lastSeq)
                .query((row, _) -> Books.instant(row, 1))
                .list();
    }

    /** The last hit that records tell of before this one; -1 when they tell of none. */
    long toldBefore(String epoch, long seq) {
        return warehouse
                .sql("SELECT COALESCE(MAX(last_seq), -1) FROM audit_buckets WHERE stage = 'accepted' AND ingest_epoch ="
                        + " :epoch AND last_seq < :seq")
                .param("epoch", epoch)
                .param("seq", seq)
                .query(Long.class)
                .single();
    }

    /** Events of one epoch that have more than one row, the first of them. */
    List<EventOfHit> doubled(String epoch, Instant from, Instant to) {
        return Books.between(
                        warehouse.sql(
                                "SELECT ingest_seq, COALESCE(ingest_index, -1) FROM (" + Books.landed(Books.OF_EPOCH)
                                        + ") landed GROUP BY ingest_seq, COALESCE(ingest_index, -1) HAVING COUNT(*) > 1"
                                        + " ORDER BY ingest_seq, COALESCE(ingest_index, -1) LIMIT " + MOST_EVENTS),
                        from,
                        to)
                .param("epoch", epoch)
                .query((row, _) -> new EventOfHit(row.getLong(1), row.getInt(2)))
                .list();
    }

    /** The events that are there of those hits of one epoch that lack an earlier one, the first of them, in order. */
    List<EventOfHit> ofHitsWithHoles(String epoch, Instant from, Instant to) {
        return Books.between(
                        warehouse.sql("SELECT DISTINCT ingest_seq, ingest_index FROM (" + Books.landed(Books.OF_EPOCH)
                                + ") landed WHERE ingest_index IS NOT NULL AND ingest_seq IN (SELECT ingest_seq FROM ("
                                + Books.landed(Books.OF_EPOCH)
                                + ") hits GROUP BY ingest_seq HAVING MAX(ingest_index) + 1 >"
                                + " COUNT(DISTINCT ingest_index)) ORDER BY ingest_seq, ingest_index LIMIT "
                                + MOST_EVENTS),
                        from,
                        to)
                .param("epoch", epoch)
                .query((row, _) -> new EventOfHit(row.getLong(1), row.getInt(2)))
                .list();
    }

    /** How many events of each hit of one epoch are there. */
    Map<Long, Integer> eventsByHit(String epoch, Instant from, Instant to) {
        var events = new HashMap<Long, Integer>();
        Books.between(
                        warehouse.sql("SELECT ingest_seq, COUNT(DISTINCT COALESCE(ingest_index, -1)) FROM ("
                                + Books.landed(Books.OF_EPOCH) + ") landed GROUP BY ingest_seq"),
                        from,
                        to)
                .param("epoch", epoch)
                .query(row -> {
                    events.put(row.getLong(1), row.getInt(2));
                });
        return events;
    }

    boolean isLoaded(String batchId) {
        return warehouse
                        .sql("SELECT COUNT(*) FROM load_ledger WHERE batch_id = :batch")
                        .param("batch", batchId)
                        .query(Long.class)
                        .single()
                > 0;
    }
}
