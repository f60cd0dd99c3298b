package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The console of a line that works: it says what SQL says. */
@ExtendWith(SharedLine.class)
class ConsoleIT {
    private static final String SITE = "console-numbers";
    private static final int EVENTS = 700;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Test
    void numbers_areThoseThatTheSqlBesideThemGives(Line line) throws Exception {
        assertThat(line.run(
                                "send",
                                "--generate",
                                String.valueOf(EVENTS),
                                "--to",
                                line.ingest("").toString(),
                                "--site-id",
                                SITE)
                        .exitCode())
                .isZero();
        line.awaitCount("select count(*) from page_views where site_id = '" + SITE + "'", EVENTS, PATIENCE);
        same(() -> {
            ConsoleText page = ConsoleText.of(line);
            List<List<String>> sql = line.query(page.sql("accepted_hits"));
            List<List<String>> shown = page.rows("minutes");
            assertThat(shown).hasSameSizeAs(sql).isNotEmpty();
            for (int i = 0; i < sql.size(); i++) {
                List<String> row = sql.get(i);
                assertThat(shown.get(i).getFirst()).isEqualTo(row.getFirst().substring(11, 16));
                assertThat(shown.get(i).subList(2, 6)).isEqualTo(row.subList(1, 5));
            }
            assertThat(shown.stream()
                            .mapToLong(row -> Long.parseLong(row.get(2)))
                            .sum())
                    .as("hits accepted")
                    .isGreaterThanOrEqualTo(EVENTS);
        });
        same(() -> {
            ConsoleText page = ConsoleText.of(line);
            assertThat(page.rows("pages"))
                    .isEqualTo(line.query(page.sql("GROUP BY page_host, page_path")).stream()
                            .map(row -> List.of(row.get(0) + row.get(1), row.get(2), row.get(3)))
                            .toList())
                    .isNotEmpty();
        });
        same(() -> {
            ConsoleText page = ConsoleText.of(line);
            assertThat(page.rows("referrers"))
                    .isEqualTo(line.query(page.sql("AS medium")).stream()
                            .map(row -> List.of(row.get(0), row.get(1).equals("null") ? "–" : row.get(1), row.get(2)))
                            .toList())
                    .isNotEmpty();
        });
        same(() -> {
            ConsoleText page = ConsoleText.of(line);
            List<String> sums = line.query(page.sql("FROM page_views_realtime")).getFirst();
            assertThat(page.html().replace(",", ""))
                    .contains("<b>" + sums.get(0) + "</b> page views of <b>" + sums.get(1) + "</b> visitors");
        });
        same(() -> {
            ConsoleText page = ConsoleText.of(line);
            assertThat(page.rows("loads").stream().map(row -> row.subList(2, 7)).toList())
                    .isEqualTo(line.query(page.sql("GROUP BY load_id")).stream()
                            .map(row -> row.subList(2, 7))
                            .toList())
                    .isNotEmpty();
        });
        Launched.Outcome query = line.run("query", ConsoleText.of(line).sql("written_off_epochs"));
        assertThat(query.exitCode()).isZero();
        assertThat(query.out()).contains("complete_until");
    }

    /** What the page says becomes that: nothing is sent, but audit records go on, and old minutes drop out. */
    private static void same(ThrowingRunnable assertion) {
        Awaitility.await("the page to say what SQL says").atMost(PATIENCE).untilAsserted(assertion);
    }

    /** On a line of its own: others' tests leave dead collectors behind, which hold the proof, as they should. */
    @Test
    void everyMinute_isProvedInTheEnd(@TempDir Path data) throws Exception {
        try (Line line = Line.up(data)) {
            assertThat(line.run("send", "--generate", "10", "--site-id", SITE + "-proof")
                            .exitCode())
                    .isZero();
            Awaitility.await("a minute that is complete")
                    .atMost(Duration.ofMinutes(3))
                    .pollInterval(Duration.ofSeconds(2))
                    .untilAsserted(() -> {
                        ConsoleText page = ConsoleText.of(line);
                        assertThat(page.html()).contains("Complete.");
                        assertThat(page.rows("minutes"))
                                .anySatisfy(row -> assertThat(row.get(1)).isEqualTo("✓ complete"));
                    });
        }
    }
}
