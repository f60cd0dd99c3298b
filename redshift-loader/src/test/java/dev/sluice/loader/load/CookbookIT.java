package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.loader.load.BreakingSource.At;
import dev.sluice.local.redshift.LocalRedshift;
import dev.sluice.local.redshift.RedshiftSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each query of {@code docs/cookbook.md} gives what is known to be right, and the views answer for the cases that are hard. */
@Timeout(120)
class CookbookIT {
    private static LocalRedshift redshift;
    private static Connection connection;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        // Nothing is copied from S3 here.
        redshift = LocalRedshift.start(new RedshiftSettings(directory, 0, URI.create("http://127.0.0.1:1")));
        var source = new BreakingSource(redshift.jdbcUrl(), At.NEVER);
        new Migrations(new Warehouse(source), Migrations.scripts(), InstantSource.system()).run();
        connection = source.getConnection();
        connection.setAutoCommit(true);
        KnownVisits.insertInto(connection);
    }

    @AfterAll
    static void stop() throws Exception {
        connection.close();
        redshift.close();
    }

    static Set<String> names() throws IOException {
        return Cookbook.queries().keySet();
    }

    @ParameterizedTest
    @MethodSource("names")
    void query_givesWhatIsKnownToBeRight(String name) throws Exception {
        Path expected = Cookbook.expected().resolve(name + ".tsv");
        assertThat(KnownVisits.answer(connection, Cookbook.query(name))).isEqualTo(Files.readAllLines(expected));
    }

    @Test
    void page_hasAQueryForEveryAnswerAndAnAnswerForEveryQuery() throws IOException {
        try (Stream<Path> answers = Files.list(Cookbook.expected())) {
            assertThat(answers.map(file -> file.getFileName().toString().replace(".tsv", ""))
                            .collect(Collectors.toSet()))
                    .isEqualTo(names());
        }
        assertThat(names()).hasSizeGreaterThanOrEqualTo(20);
    }

    @Test
    void sessions_ofACookieEndAfterMoreThanThirtyMinutesWithoutAnythingAndThoseOfTheTrackerDoNot() throws Exception {
        assertThat(ask(
                        "SELECT session_id, session_source, page_views, duration_seconds, entry_path, exit_path FROM sessions"
                                + " WHERE site_id = 'edge' ORDER BY session_id"))
                .containsExactly(
                        "cookie-e-20260601090000\tinactivity\t2\t1800\t/\t/shoes",
                        "cookie-e-20260601100001\tinactivity\t2\t2399\t/cart\t/thanks",
                        "e1\ttracker\t2\t10810\t/\t/");
    }

    @Test
    void pageEngagement_givesThePingsOfAnIdToItsFirstViewOnly() throws Exception {
        assertThat(ask("SELECT viewed_at, pings, max_scroll_y, seen_height, seen_screens FROM page_engagement"
                        + " WHERE page_view_id = 'twin' ORDER BY viewed_at"))
                .containsExactly(
                        "2026-06-01 09:00:00\t1\t2147483647\t4294967294\t2.00",
                        "2026-06-01 12:00:00\tNULL\tNULL\tNULL\tNULL");
    }

    @Test
    void pageEngagement_andSessionsKnowViewsOfNoSite() throws Exception {
        assertThat(ask("SELECT pings, seen_screens FROM page_engagement WHERE site_id IS NULL"))
                .containsExactly("1\t1.50");
        assertThat(ask("SELECT session_id, page_views, engaged_seconds FROM sessions WHERE site_id IS NULL"))
                .containsExactly("n1\t1\t10");
    }

    @Test
    void views_leaveOutRobotsAndCanaries() throws Exception {
        for (String view : List.of("page_views_clean", "events_clean", "activity", "sessions", "page_engagement")) {
            assertThat(ask("SELECT COUNT(*) FROM " + view)).as(view).doesNotContain("0");
            assertThat(ask("SELECT site_id FROM " + view + " WHERE site_id = 'sluice-canary'"))
                    .as(view)
                    .isEmpty();
        }
        assertThat(ask("SELECT session_id FROM session_activity WHERE session_id = 'r1'"))
                .isEmpty();
    }

    private static List<String> ask(String sql) throws SQLException {
        List<String> answer = KnownVisits.answer(connection, sql);
        return answer.subList(1, answer.size());
    }

    @Test
    void queries_refusesABlockWithoutAName() {
        assertThatIllegalArgumentException().isThrownBy(() -> Cookbook.queries("```sql\nSELECT 1;\n```\n"));
    }
}
