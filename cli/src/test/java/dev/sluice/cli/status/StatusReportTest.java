package dev.sluice.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.PrometheusPage;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusReportTest {
    private static final List<StatusReport.Part> UP =
            List.of(new StatusReport.Part("ingest", null), new StatusReport.Part("consumer", null));
    private static final WarehouseCounts TABLES = new WarehouseCounts(700, 20, 3, 4, 5, 1.25, 2.5);

    @Test
    void of_tellsWhereEverythingIs() {
        var report = StatusReport.of(UP, ingest(1_000, 900), consumer(850, 840), loader(800), TABLES);

        assertThat(report.accepted()).isEqualTo(1_000);
        assertThat(report.inBuffer()).isEqualTo(100);
        assertThat(report.inStream()).isEqualTo(50);
        assertThat(report.inWork()).isEqualTo(12);
        assertThat(report.staged()).isEqualTo(40);
        assertThat(report.behindSeconds()).isEqualTo(2.5);
        assertThat(report.allUp()).isTrue();
    }

    @Test
    void of_hasNoNegativeDifferences() {
        // A restarted line reads what an earlier one sent.
        var report = StatusReport.of(UP, ingest(10, 10), consumer(500, 900), loader(1_000), TABLES);

        assertThat(report.inBuffer()).isZero();
        assertThat(report.inStream()).isZero();
        assertThat(report.inWork()).isZero();
        assertThat(report.staged()).isZero();
    }

    @Test
    void of_knowsNothingOfPartsThatAreDown() {
        var report = StatusReport.of(
                List.of(new StatusReport.Part("consumer", "does not answer")), ingest(10, 10), null, loader(5), null);

        assertThat(report.accepted()).isEqualTo(10);
        assertThat(report.inStream()).isNull();
        assertThat(report.staged()).isNull();
        assertThat(report.behindSeconds()).isNull();
        assertThat(report.allUp()).isFalse();
        assertThat(StatusScreen.of(report))
                .containsPattern("in stream +\\?")
                .containsPattern("consumer +DOWN +does not answer");
    }

    @Test
    void screen_showsEachNumber() {
        var report = StatusReport.of(UP, ingest(1_000, 900), consumer(850, 840), loader(800), TABLES);

        assertThat(StatusScreen.of(report))
                .containsPattern("accepted +1,000 ")
                .containsPattern("in stream +50 ")
                .containsPattern("in work +12 ")
                .containsPattern("staged +40 ")
                .containsPattern("loaded +720 +rows: 700 page views, 20 other events")
                .containsPattern("bad +3 ")
                .containsPattern("duplicates +9 +left out: 4 sent again, 5 delivered again")
                .containsPattern("lag +2.5 s")
                .containsPattern("freshness +2.5 s.*p50 1.3 s")
                .containsPattern("ingest +up\n");
    }

    @Test
    void prometheus_readsWhatServicesPrint() {
        var page = PrometheusPage.parse("""
                # HELP a_total What it is {with="braces"} 5
                # TYPE a_total counter
                a_total{application="x",result="ok, \\"sure\\""} 12.0
                a_total{application="x",result="bad"} 3.0 1795385165737
                b 1.5E-3
                c NaN
                c{shard="1"} 7
                c{shard="2"} +Inf
                not a sample
                """);

        assertThat(page.sum("a_total")).isEqualTo(15);
        assertThat(page.sum("a_total", "result", "bad")).isEqualTo(3);
        assertThat(page.sum("b")).isEqualTo(0.0015);
        assertThat(page.max("c")).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(page.sum("none")).isZero();
    }

    private static PrometheusPage ingest(long accepted, long sent) {
        return PrometheusPage.parse("""
                sluice_ingest_accepted_hits_total %d
                sluice_ingest_sent_hits_total %d
                sluice_ingest_journal_pending_hits %d
                """.formatted(accepted, sent, accepted - sent));
    }

    /** With 853 rows made, of which one was given up. */
    private static PrometheusPage consumer(long hits, long staged) {
        return PrometheusPage.parse("""
                sluice_consumer_hits_total %d
                sluice_consumer_rows_total{table="page_views"} 800
                sluice_consumer_rows_total{table="bad_events"} 53
                sluice_consumer_rows_discarded_rows_total 1
                sluice_stage_rows_total{table="page_views"} %d
                sluice_consumer_millis_behind_seconds 2.5
                """.formatted(hits, staged));
    }

    private static PrometheusPage loader(long rows) {
        return PrometheusPage.parse("sluice_load_rows_total{result=\"inserted\"} " + rows);
    }
}
