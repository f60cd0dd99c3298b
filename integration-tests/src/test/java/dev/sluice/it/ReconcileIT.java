package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./sluice reconcile} and the loader's auditor on a whole line, whose ingest node's records are written by hand. */
class ReconcileIT {
    private static final Duration LANDED = Duration.ofSeconds(30);
    /** A turn of the sweep takes a minute, on a machine that keeps up. */
    private static final Duration NOTICED = Duration.ofMinutes(3);

    @TempDir
    static Path data;

    private static Line line;

    @BeforeAll
    static void up() throws Exception {
        line = Line.up(data, Line.Ports.free(), List.of("-Dsluice.loader.audit.interval=1s"));
    }

    @AfterAll
    static void down() {
        line.close();
    }

    @Test
    void reconcile_provesWhatIsThereAndSaysWhereTheRestIs() throws Exception {
        assertThat(line.run("send", "--generate", "300", "--rate", "100", "--site-id", "proof")
                        .exitCode())
                .isZero();
        line.awaitCount("select count(*) from page_views where site_id = 'proof'", 300, LANDED);
        String epoch = line.query("select distinct ingest_epoch from page_views where site_id = 'proof'")
                .getFirst()
                .getFirst();
        run("insert into audit_buckets (stage, ingest_epoch, bucket, n, load_id, first_seq, last_seq, complete_until,"
                + " is_final) select 'accepted', ingest_epoch, date_trunc('minute', received_at), count(distinct"
                + " ingest_seq), 100000, 0, (select max(ingest_seq) from page_views), dateadd(second, 1, (select"
                + " max(received_at) from page_views)), false from page_views group by ingest_epoch,"
                + " date_trunc('minute', received_at)");

        Launched.Outcome healthy = line.run("reconcile");
        assertThat(healthy.exitCode()).as(healthy.out() + healthy.err()).isZero();
        assertThat(healthy.out()).contains("everything adds up", epoch);
        Awaitility.await("the watermark to pass the last row")
                .atMost(LANDED)
                .until(() ->
                        line.count("select count(*) from watermark where complete_until >= (select max(received_at)"
                                        + " from page_views)")
                                == 1);

        run("delete from page_views where site_id = 'proof' and ingest_seq = 123");
        Launched.Outcome deleted = line.run("reconcile", "--format", "json");
        assertThat(deleted.exitCode()).as(deleted.out() + deleted.err()).isEqualTo(1);
        JsonNode finding = JsonMapper.builder()
                .build()
                .readTree(deleted.out())
                .get("findings")
                .get(0);
        assertThat(finding.get("kind").asString()).isEqualTo("MISSING_HITS");
        assertThat(finding.get("hits").toString()).isEqualTo("[{\"first\":123,\"last\":123}]");
        assertThat(finding.get("where").toString()).contains("LOADED", "ARCHIVE", "STREAM");
        Awaitility.await("the auditor to notice")
                .atMost(NOTICED)
                .until(() -> line.count("select missing from watermark") == 1);

        assertThat(line.run("reconcile", "--write-off", epoch).exitCode())
                .as("without a confirmation")
                .isEqualTo(2);
        assertThat(line.run("reconcile", "--write-off", epoch, "--i-accept-the-loss")
                        .exitCode())
                .isZero();
        assertThat(line.count("select written_off_epochs from watermark")).isEqualTo(1);
        assertThat(line.run("reconcile").exitCode()).isZero();
    }

    private static void run(String sql) throws Exception {
        Launched.Outcome outcome = line.run("query", sql);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    }
}
