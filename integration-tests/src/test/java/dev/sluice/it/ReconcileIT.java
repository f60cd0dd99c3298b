package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A line as it is by default, and somebody who deletes a row, doubles another, deletes a staged object and loses records of the stream: each
 * is noticed by the loader itself and named, and {@code ./sluice reconcile} says where it is.
 */
class ReconcileIT {
    private static final Duration LANDED = Duration.ofMinutes(1);
    /** It takes less than a minute on a machine that keeps up, which is printed. */
    private static final Duration NOTICED = Duration.ofMinutes(3);

    private static final long DELETED = 123;
    private static final long DOUBLED = 45;
    private static final long FIRST_LOST = 300;
    private static final long FIRST_STOLEN = 320;
    private static final long END = 350;

    @TempDir
    static Path data;

    private static Line line;

    @BeforeAll
    static void up() throws Exception {
        line = Line.up(data);
    }

    @AfterAll
    static void down() {
        line.close();
    }

    @Test
    void whatIsTakenOrAdded_isFoundAndNamed() throws Exception {
        send("proof", (int) FIRST_LOST);
        line.awaitCount("select count(*) from page_views where site_id = 'proof'", FIRST_LOST, LANDED);
        Awaitility.await("the watermark to pass the last row")
                .atMost(NOTICED)
                .ignoreExceptions()
                .until(() ->
                        line.count("select count(*) from watermark where complete_until >= (select max(received_at)"
                                        + " from page_views)")
                                == 1);
        Launched.Outcome healthy = line.run("reconcile");
        assertThat(healthy.exitCode()).as(healthy.out() + healthy.err()).isZero();
        assertThat(healthy.out()).contains("everything adds up");
        String epoch = line.query("select distinct ingest_epoch from page_views where site_id = 'proof'")
                .getFirst()
                .getFirst();

        long began = System.nanoTime();
        line.update(
                "insert into page_views select * from page_views where site_id = 'proof' and ingest_seq = " + DOUBLED);
        line.update("delete from page_views where site_id = 'proof' and ingest_seq = " + DELETED);
        loseRecords();
        deleteStagedFiles();
        var seconds = new LinkedHashMap<String, Double>();
        Map<String, Callable<Boolean>> signs = Map.of(
                "row deleted", () -> metric("sluice_audit_missing_hits") == 1,
                "row doubled", () -> metric("sluice_audit_duplicate_rows") == 1,
                "staged object deleted", () -> said("stays waiting").contains("is gone"),
                "frames lost",
                        () -> metric("sluice_audit_late_hits")
                                        == notLanded(epoch).size() - 1
                                && said("The proof waits").contains(epoch));
        Awaitility.await("all to be noticed")
                .atMost(NOTICED)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    for (Map.Entry<String, Callable<Boolean>> sign : signs.entrySet()) {
                        if (!seconds.containsKey(sign.getKey())
                                && sign.getValue().call()) {
                            seconds.put(sign.getKey(), (System.nanoTime() - began) / 1e9);
                        }
                    }
                    return seconds.size() == signs.size();
                });
        System.out.println("noticed after "
                + seconds.entrySet().stream()
                        .map(each -> String.format(Locale.ROOT, "%.0f s: %s", each.getValue(), each.getKey()))
                        .collect(Collectors.joining(", ")));
        assertThat(said("The proof fails: 1 hits are missing")).contains(epoch + ", seq " + DELETED + ",");
        assertThat(said("The proof fails: 1 rows are there more than once"))
                .contains(epoch + ", seq " + DOUBLED + "[0],");

        Set<Long> gone = notLanded(epoch);
        assertThat(gone).hasSizeGreaterThan(20).contains(DELETED, FIRST_LOST);
        saysWhereTheyAre(epoch, gone);

        assertThat(line.run("reconcile", "--write-off", epoch).exitCode())
                .as("without a confirmation")
                .isEqualTo(2);
        assertThat(line.run("reconcile", "--write-off", epoch, "--i-accept-the-loss")
                        .exitCode())
                .isZero();
        assertThat(line.count("select written_off_epochs from watermark")).isEqualTo(1);
        assertThat(line.run("reconcile").exitCode()).isZero();
    }

    private static void send(String site, int events) throws Exception {
        Launched.Outcome sent =
                line.run("send", "--generate", Integer.toString(events), "--rate", "100", "--site-id", site);
        assertThat(sent.exitCode()).as(sent.err()).isZero();
    }

    /** For a while the stream takes records and does not keep them. */
    private static void loseRecords() throws Exception {
        try (var faults = new KinesisFaults(line.kinesis())) {
            faults.set("{\"recordLossRate\": 1}");
            send("lost", (int) (FIRST_STOLEN - FIRST_LOST));
            Awaitility.await("what was sent to be lost")
                    .atMost(LANDED)
                    .until(() ->
                            Metrics.sum(line.ports().ingestManagement(), "sluice_ingest_journal_pending_hits") == 0);
        }
    }

    /** Between staging and loading: the loader has to wait for the ledger meanwhile. */
    private static void deleteStagedFiles() throws Exception {
        try (Connection connection = line.connect();
                Statement statement = connection.createStatement();
                S3Client s3 = line.s3()) {
            connection.setAutoCommit(false);
            statement.execute("lock table load_ledger");
            Set<String> before = stagedFiles(s3);
            send("stolen", (int) (END - FIRST_STOLEN));
            Awaitility.await("the events to be staged")
                    .atMost(LANDED)
                    .until(() -> stagedFiles(s3).size() > before.size());
            for (String key : stagedFiles(s3)) {
                if (!before.contains(key)) {
                    s3.deleteObject(delete -> delete.bucket("sluice-local").key(key));
                }
            }
            connection.rollback();
        }
    }

    private static Set<String> stagedFiles(S3Client s3) {
        return s3.listObjectsV2Paginator(list -> list.bucket("sluice-local").prefix("staged/data/")).contents().stream()
                .map(S3Object::key)
                .filter(key -> key.contains("/page_views"))
                .collect(Collectors.toSet());
    }

    private static double metric(String name) throws IOException {
        return Metrics.sum(line.ports().loader(), name);
    }

    /** The lines of the line's output with these words. */
    private static String said(String words) throws IOException {
        return line.process()
                .output()
                .lines()
                .filter(each -> each.contains(words))
                .collect(Collectors.joining("\n"));
    }

    private static Set<Long> notLanded(String epoch) throws Exception {
        var seqs = new TreeSet<Long>();
        for (long seq = 0; seq < END; seq++) {
            seqs.add(seq);
        }
        for (List<String> row : line.query("select ingest_seq from page_views where ingest_epoch = '" + epoch + "'")) {
            seqs.remove(Long.parseLong(row.getFirst()));
        }
        return seqs;
    }

    /** At once, as hits in flight; and as findings, once the minute is over. */
    private static void saysWhereTheyAre(String epoch, Set<Long> gone) throws Exception {
        Launched.Outcome young = line.run("reconcile", "--format", "json");
        assertThat(young.exitCode()).as(young.out() + young.err()).isEqualTo(1);
        JsonNode first = JsonMapper.builder().build().readTree(young.out());
        var named = new TreeSet<Long>();
        first.get("inFlight").forEach(hits -> named.addAll(seqs(hits)));
        first.get("findings").forEach(finding -> named.addAll(seqs(finding)));
        assertThat(named).isEqualTo(gone);

        var places = new ArrayList<JsonNode>();
        Awaitility.await("the minute to be over")
                .atMost(NOTICED)
                .pollInterval(Duration.ofSeconds(5))
                .untilAsserted(() -> {
                    Launched.Outcome due = line.run("reconcile", "--grace", "0", "--format", "json");
                    assertThat(due.exitCode()).isEqualTo(1);
                    places.clear();
                    var missing = new TreeSet<Long>();
                    for (JsonNode finding :
                            JsonMapper.builder().build().readTree(due.out()).get("findings")) {
                        assertThat(finding.get("epoch").asString()).isEqualTo(epoch);
                        missing.addAll(seqs(finding));
                        finding.get("where").forEach(places::add);
                    }
                    assertThat(missing).isEqualTo(gone);
                });
        assertThat(placesOf(places, DELETED)).contains("LOADED", "ARCHIVE", "STREAM");
        assertThat(placesOf(places, FIRST_LOST)).as("a record that was lost").isEqualTo("[]");
        assertThat(gone.stream().filter(seq -> seq >= FIRST_STOLEN))
                .allSatisfy(stolen -> assertThat(placesOf(places, stolen))
                        .as("hit %s, whose staged file was deleted", stolen)
                        .contains("ARCHIVE", "STREAM"));
    }

    private static Set<Long> seqs(JsonNode hits) {
        var seqs = new TreeSet<Long>();
        for (JsonNode range : hits.get("hits")) {
            for (long seq = range.get("first").asLong();
                    seq <= range.get("last").asLong();
                    seq++) {
                seqs.add(seq);
            }
        }
        return seqs;
    }

    private static String placesOf(List<JsonNode> places, long seq) {
        return places.stream()
                .filter(place -> place.get("seq").asLong() == seq)
                .map(place -> place.get("places").toString())
                .findFirst()
                .orElse("not named");
    }
}
