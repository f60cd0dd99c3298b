package dev.sluice.loader.audit;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One epoch's books, kept by hand as an ingest node and loads would keep them: a hit a second, each with one row. */
final class KnownBooks {
    private static final String NEXT = "(SELECT COALESCE(MAX(load_id), 0) + 1 FROM audit_buckets)";

    final String epoch;

    private final JdbcClient warehouse;
    private final Instant start;

    /** @param start when the hit with the number 0 was received */
    KnownBooks(DataSource source, Instant start) {
        this(source, start, UUID.randomUUID());
    }

    KnownBooks(DataSource source, Instant start, UUID epoch) {
        this.epoch = epoch.toString();
        this.warehouse = JdbcClient.create(source);
        this.start = start;
    }

    Instant received(long seq) {
        return start.plusSeconds(seq);
    }

    /** The node's record of these hits, one row for each minute of them. */
    KnownBooks accept(long first, long last, boolean isFinal) {
        Instant until = received(last + 1);
        if (last < first) {
            return accepted(first, last, until.truncatedTo(ChronoUnit.MINUTES), 0, until, isFinal);
        }
        for (long seq = first; seq <= last; ) {
            Instant minute = received(seq).truncatedTo(ChronoUnit.MINUTES);
            long next = Math.min(
                    last + 1, Duration.between(start, minute.plusSeconds(60)).toSeconds());
            accepted(first, last, minute, next - seq, until, isFinal);
            seq = next;
        }
        return this;
    }

    private KnownBooks accepted(long first, long last, Instant minute, long hits, Instant until, boolean isFinal) {
        warehouse
                .sql("INSERT INTO audit_buckets (stage, ingest_epoch, bucket, n, load_id, first_seq, last_seq,"
                        + " complete_until, is_final) VALUES ('accepted', :epoch, CAST(:minute AS TIMESTAMP), :n, "
                        + NEXT
                        + ", :first, :last, CAST(:until AS TIMESTAMP), :final)")
                .param("epoch", epoch)
                .param("minute", Books.text(minute))
                .param("n", hits)
                .param("first", first)
                .param("last", last)
                .param("until", Books.text(until))
                .param("final", isFinal)
                .update();
        return this;
    }

    /** A load of one row for each of these hits. */
    KnownBooks load(long first, long last) {
        insert(LongStream.rangeClosed(first, last).mapToObj(seq -> row(seq, 0)).toList());
        LongStream.rangeClosed(first, last)
                .mapToObj(seq -> received(seq).truncatedTo(ChronoUnit.MINUTES))
                .collect(Collectors.groupingBy(minute -> minute, Collectors.counting()))
                .forEach((minute, rows) -> count("loaded", minute, rows));
        return this;
    }

    /** A load's row of one event of a hit. */
    KnownBooks loadEvent(long seq, int index) {
        insert(seq, index);
        count("loaded", received(seq).truncatedTo(ChronoUnit.MINUTES), 1);
        return this;
    }

    /** A load that left the hit out as a browser's repeat. */
    KnownBooks repeat(long seq) {
        warehouse
                .sql("INSERT INTO browser_repeats VALUES (:epoch, :seq, 0, :id, CAST(:at AS TIMESTAMP), 1)")
                .param("epoch", epoch)
                .param("seq", seq)
                .param("id", UUID.randomUUID().toString())
                .param("at", Books.text(received(seq)))
                .update();
        count("repeated", received(seq).truncatedTo(ChronoUnit.MINUTES), 1);
        return this;
    }

    /** A row that comes into the table by hand, without a load. */
    KnownBooks insert(long seq, int index) {
        insert(List.of(row(seq, index)));
        return this;
    }

    private void insert(List<String> rows) {
        warehouse
                .sql(
                        "INSERT INTO page_views (event_id, event_type, received_at, occurred_at, enriched_at, is_anonymous,"
                                + " is_bot, event_fingerprint, is_truncated, ingest_epoch, ingest_seq, ingest_index,"
                                + " enrich_version, load_id) VALUES " + String.join(", ", rows))
                .update();
    }

    private String row(long seq, int index) {
        String at = "'" + Books.text(received(seq)) + "'";
        return "('" + UUID.randomUUID() + "', 'page_view', " + String.join(", ", at, at, at) + ", false, false, '"
                + "f".repeat(32) + "', false, '" + epoch + "', " + seq + ", " + index + ", 'test', 1)";
    }

    /** By hand. */
    KnownBooks delete(long seq, int index) {
        warehouse
                .sql(
                        "DELETE FROM page_views WHERE ingest_epoch = :epoch AND ingest_seq = :seq AND ingest_index = :index")
                .param("epoch", epoch)
                .param("seq", seq)
                .param("index", index)
                .update();
        return this;
    }

    /** A row that goes because somebody asked to be forgotten. */
    KnownBooks forget(long seq) {
        warehouse
                .sql(
                        "INSERT INTO forgotten_rows (ingest_epoch, ingest_seq, ingest_index, received_at, load_id) VALUES (:epoch,"
                                + " :seq, 0, CAST(:at AS TIMESTAMP), 1)")
                .param("epoch", epoch)
                .param("seq", seq)
                .param("at", Books.text(received(seq)))
                .update();
        return delete(seq, 0);
    }

    private void count(String stage, Instant minute, long rows) {
        warehouse
                .sql("INSERT INTO audit_buckets (stage, ingest_epoch, bucket, n, load_id) SELECT :stage, :epoch,"
                        + " CAST(:minute AS TIMESTAMP), :n, " + NEXT)
                .param("stage", stage)
                .param("epoch", epoch)
                .param("minute", Books.text(minute))
                .param("n", rows)
                .update();
    }
}
