package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.loader.load.BreakingSource.At;
import dev.sluice.local.redshift.LocalRedshift;
import dev.sluice.local.redshift.RedshiftSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Old rows on the local Redshift. */
@Timeout(120)
class RowRetentionIT {
    private static final Instant NOW = Instant.parse("2026-11-23T10:30:00Z");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void step_deletesTheOldestHourOrDayOfOneTable_untilNothingIsOver(@TempDir Path directory) throws Exception {
        try (var redshift = LocalRedshift.start(new RedshiftSettings(directory, 0, URI.create("http://127.0.0.1:1")))) {
            var warehouse = new Warehouse(new BreakingSource(redshift.jdbcUrl(), At.NEVER));
            new Migrations(warehouse, Migrations.scripts(), InstantSource.system()).run();
            try (Session session = warehouse.open()) {
                for (int hoursAgo = 0; hoursAgo < 60; hoursAgo++) {
                    badEvent(session, NOW.minus(Duration.ofHours(hoursAgo)));
                }
                for (int daysAgo = 0; daysAgo < 10; daysAgo++) {
                    batch(session, 100 - daysAgo, NOW.minus(Duration.ofDays(daysAgo)));
                }
                proof(session, "open", 'o');
                proof(session, "complete", 'c');
                proof(session, "complete", 'b');
                proof(session, "written off", 'w');
                session.update(
                        "INSERT INTO audit_buckets (stage, ingest_epoch, bucket, n, load_id) VALUES ('loaded', 'b',"
                                + " CAST(? AS TIMESTAMP), 1, 1)",
                        Session.timestamp(NOW));
                session.commit();
            }
            var properties = new RetentionProperties(
                    null,
                    null,
                    Duration.ofDays(1),
                    Duration.ofDays(90),
                    Duration.ofDays(4),
                    Duration.ofDays(3),
                    Duration.ofDays(3));
            var retention = new RowRetention(
                    warehouse, RowRetention.rules(properties), new RetentionMetrics(registry), () -> NOW);

            retention.step();
            retention.step();
            retention.step();
            // An hour of the one, a day of the others, each table in its turn: the oldest first.
            assertThat(count(warehouse, "bad_events")).isEqualTo(59);
            assertThat(count(warehouse, "load_ledger")).isEqualTo(9);
            for (int i = 0; i < 60; i++) {
                retention.step();
            }
            assertThat(count(warehouse, "bad_events")).isEqualTo(25);
            assertThat(count(warehouse, "load_ledger")).isEqualTo(5);
            assertThat(registry.get("sluice.retention.rows")
                            .tag("table", "bad_events")
                            .counter()
                            .count())
                    .isEqualTo(35);

            // What was proved is needed as long as there are counts of it, and what was written off is told for ever.
            assertThat(proofs(warehouse)).containsExactly("b", "o", "w");

            // A line that has loaded nothing for months still gives its next load the next number.
            var muchLater = new RowRetention(
                    warehouse,
                    RowRetention.rules(properties),
                    new RetentionMetrics(registry),
                    () -> NOW.plus(Duration.ofDays(300)));
            for (int i = 0; i < 60; i++) {
                muchLater.step();
            }
            assertThat(count(warehouse, "bad_events")).isZero();
            assertThat(proofs(warehouse)).containsExactly("o", "w");
            try (Session session = warehouse.open()) {
                assertThat(session.texts("SELECT load_id FROM load_ledger")).isEqualTo(List.of("100"));
                assertThat(new LoadLedger(session).nextLoadId()).isEqualTo(101);
            }
        }
    }

    private static void proof(Session session, String state, char epoch) throws Exception {
        String longAgo = Session.timestamp(NOW.minus(Duration.ofDays(200)));
        session.update(
                "INSERT INTO audit_proofs (ingest_epoch, state, proven_seq, proven_until, missing, doubled, checked_at) VALUES"
                        + " (?, ?, 1, CAST(? AS TIMESTAMP), 0, 0, CAST(? AS TIMESTAMP))",
                String.valueOf(epoch),
                state,
                longAgo,
                longAgo);
    }

    private static List<String> proofs(Warehouse warehouse) throws Exception {
        try (Session session = warehouse.open()) {
            return session.texts("SELECT TRIM(ingest_epoch) FROM audit_proofs ORDER BY 1");
        }
    }

    private static void badEvent(Session session, Instant at) throws Exception {
        session.update(
                "INSERT INTO bad_events (received_at, ingest_epoch, ingest_seq, stage, reason) VALUES"
                        + " (CAST(? AS TIMESTAMP), 'e', 1, 'parse', 'x')",
                Session.timestamp(at));
    }

    private static void batch(Session session, long loadId, Instant at) throws Exception {
        session.update(
                "INSERT INTO load_ledger (batch_id, load_id, shard, first_sequence, last_sequence, page_views, events,"
                        + " bad_events, pipeline_duplicates, browser_duplicates, quarantined, min_received_at,"
                        + " max_received_at, enrich_version, loaded_at) VALUES (?, ?, 's', '1', '2', 0, 0, 0, 0, 0, 0,"
                        + " CAST(? AS TIMESTAMP), CAST(? AS TIMESTAMP), '1', CAST(? AS TIMESTAMP))",
                "batch-" + loadId,
                loadId,
                Session.timestamp(at),
                Session.timestamp(at),
                Session.timestamp(at));
    }

    private static long count(Warehouse warehouse, String table) throws Exception {
        try (Session session = warehouse.open()) {
            return session.number("SELECT COUNT(*) FROM " + table);
        }
    }
}
