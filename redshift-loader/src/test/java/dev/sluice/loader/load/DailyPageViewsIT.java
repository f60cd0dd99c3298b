package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.common.table.Table;
import dev.sluice.loader.identity.IdHash;
import dev.sluice.loader.identity.IdKind;
import dev.sluice.loader.load.BreakingSource.At;
import dev.sluice.local.redshift.LocalRedshift;
import dev.sluice.local.redshift.RedshiftSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code page_views_daily} says what counting everything says, whatever came when, and whatever was cut off. */
@Timeout(120)
class DailyPageViewsIT {
    /** What the view was before any of it was kept. */
    private static final String COUNTED_ANEW = """
            SELECT CAST(occurred_at AS DATE), site_id, page_host, page_path, COUNT(*), COUNT(DISTINCT visitor_key),
                   COUNT(DISTINCT session_id)
            FROM session_activity
            WHERE event_type = 'page_view'
            GROUP BY CAST(occurred_at AS DATE), site_id, page_host, page_path
            ORDER BY 1, 2, 3, 4, 5
            """;

    private static final String VIEW = "SELECT * FROM page_views_daily ORDER BY 1, 2, 3, 4, 5";
    private static final LocalDate TODAY = LocalDate.of(2026, 6, 10);
    private static final int DAYS = 5;

    private static LocalRedshift redshift;
    private static Connection connection;

    private final AtomicReference<Instant> now =
            new AtomicReference<>(TODAY.atTime(12, 0).toInstant(ZoneOffset.UTC));
    private final AtomicLong nanos = new AtomicLong();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private long load;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        // Nothing is copied from S3 here.
        redshift = LocalRedshift.start(new RedshiftSettings(directory, 0, URI.create("http://127.0.0.1:1")));
        var source = new BreakingSource(redshift.jdbcUrl(), At.NEVER);
        new Migrations(new Warehouse(source), Migrations.scripts(), InstantSource.system()).run();
        connection = source.getConnection();
        connection.setAutoCommit(true);
    }

    @AfterAll
    static void stop() throws Exception {
        connection.close();
        redshift.close();
    }

    @BeforeEach
    void empty() throws Exception {
        for (String table :
                List.of("page_views", "events", "load_ledger", "page_views_daily_kept", "page_views_daily_due")) {
            run("DELETE FROM " + table);
        }
        run("UPDATE page_views_daily_progress SET load_id = 0");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void view_isWhatCountingEverythingGivesWithRandomLateRowsAndRefreshesThatAreCutOff(long seed) throws Exception {
        var random = new Random(seed);
        load(random, 40);
        for (int round = 0; round < 12; round++) {
            load(random, 1 + random.nextInt(random.nextBoolean() ? 3 : 40));
            assertExact("load " + load);
            switch (random.nextInt(4)) {
                case 0 -> daily(At.NEVER).refresh();
                case 1 -> cutOff(At.INSERT);
                case 2 -> cutOff(At.BEFORE_COMMIT);
                default -> cutOff(At.AFTER_COMMIT);
            }
            assertExact("refresh after load " + load);
            now.set(now.get().plus(Duration.ofHours(random.nextInt(10))));
        }
        daily(At.NEVER).refresh();
        assertExact("the last refresh");
        assertThat(number("SELECT COUNT(*) FROM page_views_daily_kept")).isPositive();
        assertThat(number("SELECT COUNT(*) FROM page_views_daily_open WHERE view_date < DATE '" + today() + "'"))
                .isZero();
    }

    @Test
    void view_takesDaysThatDidNotChangeFromWhatIsKept() throws Exception {
        view(TODAY.minusDays(2), "a");
        view(TODAY.minusDays(1), "a");
        view(TODAY, "a");
        assertThat(daily(At.NEVER).refresh()).isEqualTo(2);
        assertThat(daily(At.NEVER).refresh()).isZero();
        run("UPDATE page_views_daily_kept SET page_views = 100");
        assertThat(KnownVisits.answer(connection, "SELECT view_date, page_views FROM page_views_daily ORDER BY 1"))
                .containsExactly("view_date\tpage_views", "2026-06-08\t100", "2026-06-09\t100", "2026-06-10\t1");
        view(TODAY.minusDays(2), "b");
        assertThat(KnownVisits.answer(connection, "SELECT view_date, page_views FROM page_views_daily ORDER BY 1"))
                .containsExactly("view_date\tpage_views", "2026-06-08\t2", "2026-06-09\t100", "2026-06-10\t1");
        assertThat(daily(At.NEVER).refresh()).isEqualTo(1);
        assertThat(KnownVisits.answer(connection, "SELECT view_date, page_views FROM page_views_daily ORDER BY 1"))
                .containsExactly("view_date\tpage_views", "2026-06-08\t2", "2026-06-09\t100", "2026-06-10\t1");
    }

    @Test
    void view_seesThatALatePingMakesOneSessionOfTwo() throws Exception {
        Instant nine = TODAY.minusDays(1).atTime(9, 0).toInstant(ZoneOffset.UTC);
        String visit = "'shop', 'a', NULL, '/', FALSE";
        beginLoad();
        insert("page_views", nine, visit);
        insert("page_views", nine.plus(Duration.ofMinutes(40)), visit);
        daily(At.NEVER).refresh();
        assertThat(number("SELECT sessions FROM page_views_daily")).isEqualTo(2);
        beginLoad();
        insert("events", nine.plus(Duration.ofMinutes(20)), visit);
        assertThat(number("SELECT sessions FROM page_views_daily")).isEqualTo(1);
        daily(At.NEVER).refresh();
        assertThat(number("SELECT sessions FROM page_views_daily_kept")).isEqualTo(1);
    }

    @Test
    void refresh_keepsADayWhenItIsOver() throws Exception {
        view(TODAY, "a");
        assertThat(daily(At.NEVER).refresh()).isZero();
        now.set(TODAY.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC));
        assertThat(daily(At.NEVER).refresh()).isEqualTo(1);
        assertThat(number("SELECT COUNT(*) FROM page_views_daily_open")).isZero();
        assertExact("the day after");
    }

    /** Kept days must not go on counting rows that retention has ended. */
    @Test
    void view_isExactAfterRowsHaveReachedTheirRetention() throws Exception {
        view(TODAY.minusDays(2), "a");
        view(TODAY.minusDays(1), "a");
        daily(At.NEVER).refresh();
        assertThat(number("SELECT COUNT(*) FROM page_views_daily_kept")).isEqualTo(2);
        now.set(now.get().plus(Duration.ofDays(3)));
        view(today().minusDays(1), "b");
        var oneDay = new RetentionProperties(
                Duration.ofDays(1),
                Duration.ofDays(1),
                null,
                Duration.ofDays(90),
                Duration.ofDays(90),
                Duration.ofDays(7),
                Duration.ofDays(1));
        var retention = new RowRetention(
                warehouse(At.NEVER), RowRetention.rules(oneDay), new RetentionMetrics(registry), now::get);
        for (int i = 0; i < 10; i++) {
            retention.step();
        }
        assertThat(number("SELECT COUNT(*) FROM page_views")).isEqualTo(1);
        assertExact("retention");
        daily(At.NEVER).refresh();
        assertExact("the refresh after it");
        assertThat(number("SELECT COUNT(*) FROM page_views_daily_kept")).isEqualTo(1);
    }

    /** Nor rows that went because somebody asked to be forgotten. */
    @Test
    void view_isExactAfterAVisitorWasErased() throws Exception {
        view(TODAY.minusDays(2), "a");
        view(TODAY.minusDays(2), "b");
        view(TODAY.minusDays(1), "a");
        daily(At.NEVER).refresh();
        try (Session session = warehouse(At.NEVER).open()) {
            var all = new Erasures.Rows(Instant.EPOCH, now.get(), 0);
            long erased =
                    new Erasures(session).eraseFacts(IdHash.of(IdKind.VISITOR, "a"), Table.PAGE_VIEWS, all, now.get());
            assertThat(erased).isEqualTo(2);
            session.commit();
        }
        assertExact("the erasure");
        daily(At.NEVER).refresh();
        assertExact("the refresh after it");
        assertThat(number("SELECT SUM(page_views) FROM page_views_daily")).isEqualTo(1);
    }

    @Test
    void refreshIfTime_waitsForTheIntervalAndCountsWhatFails() throws Exception {
        view(TODAY.minusDays(1), "a");
        DailyPageViews daily = daily(At.BEFORE_COMMIT);
        daily.refreshIfTime();
        nanos.set(Duration.ofMinutes(5).toNanos());
        daily.refreshIfTime();
        assertThat(number("SELECT COUNT(*) FROM page_views_daily_kept")).isZero();
        assertThat(registry.get("sluice.load.daily.refresh.failed").counter().count())
                .isEqualTo(1);
        nanos.addAndGet(Duration.ofMinutes(5).toNanos() - 1);
        daily.refreshIfTime();
        assertThat(number("SELECT COUNT(*) FROM page_views_daily_kept")).isZero();
        nanos.addAndGet(1);
        daily.refreshIfTime();
        assertThat(number("SELECT COUNT(*) FROM page_views_daily_kept")).isEqualTo(1);
        assertThat(registry.get("sluice.load.daily.refresh").timer().count()).isEqualTo(1);
    }

    @Test
    void refreshIfTime_withoutAnIntervalNeverRuns() throws Exception {
        view(TODAY.minusDays(1), "a");
        var never = new DailyPageViews(warehouse(At.NEVER), metrics(), Duration.ZERO, now::get, nanos::get);
        nanos.set(Duration.ofDays(1).toNanos());
        never.refreshIfTime();
        assertThat(number("SELECT COUNT(*) FROM page_views_daily_kept")).isZero();
        assertExact("no refresh");
    }

    private void cutOff(At at) {
        assertThatThrownBy(() -> daily(at).refresh()).isInstanceOf(LoadFailure.class);
    }

    private DailyPageViews daily(At at) {
        return new DailyPageViews(warehouse(at), metrics(), Duration.ofMinutes(5), now::get, nanos::get);
    }

    private LoaderMetrics metrics() {
        return new LoaderMetrics(registry, now::get);
    }

    private static Warehouse warehouse(At at) {
        return new Warehouse(new BreakingSource(redshift.jdbcUrl(), at));
    }

    private LocalDate today() {
        return now.get().atOffset(ZoneOffset.UTC).toLocalDate();
    }

    private static void assertExact(String after) throws SQLException {
        List<String> counted = KnownVisits.answer(connection, COUNTED_ANEW);
        List<String> shown = KnownVisits.answer(connection, VIEW);
        assertThat(shown.subList(1, shown.size()))
                .as(after)
                .isEqualTo(counted.subList(1, counted.size()))
                .isNotEmpty();
    }

    /** A load of rows of the last days, the near ones more often, with few visitors, so that sessions meet. */
    private void load(Random random, int rows) throws SQLException {
        beginLoad();
        Instant newest = now.get();
        for (int i = 0; i < rows; i++) {
            long back = random.nextInt(3) == 0
                    ? random.nextLong(Duration.ofDays(DAYS).toMinutes())
                    : random.nextLong(Duration.ofHours(6).toMinutes());
            String visitor = random.nextInt(5) == 0 ? "NULL" : "'v" + random.nextInt(3) + "'";
            String session = random.nextInt(3) == 0 ? "'s" + random.nextInt(4) + "'" : "NULL";
            String site = random.nextInt(6) == 0 ? "NULL" : "'shop'";
            insert(
                    random.nextInt(3) == 0 ? "events" : "page_views",
                    newest.minus(Duration.ofMinutes(back)),
                    site + ", " + visitor + ", " + session + ", '/" + random.nextInt(2) + "', "
                            + (random.nextInt(9) == 0));
        }
    }

    private void view(LocalDate day, String visitor) throws SQLException {
        beginLoad();
        insert("page_views", day.atTime(9, 0).toInstant(ZoneOffset.UTC), "'shop', '" + visitor + "', NULL, '/', FALSE");
    }

    private void beginLoad() throws SQLException {
        load++;
        run(
                "INSERT INTO load_ledger (batch_id, load_id, shard, first_sequence, last_sequence, page_views, events, bad_events,"
                        + " pipeline_duplicates, browser_duplicates, quarantined, min_received_at, max_received_at, enrich_version,"
                        + " loaded_at) VALUES ('b" + load + "', " + load
                        + ", 's', '1', '2', 1, 0, 0, 0, 0, 0, GETDATE(), GETDATE(), 'test', GETDATE())");
    }

    /** @param rest site, visitor, session, path and whether it is a robot */
    private void insert(String table, Instant at, String rest) throws SQLException {
        String time = "'" + Session.timestamp(at) + "'";
        run("INSERT INTO " + table + " (event_id, event_type, received_at, occurred_at, enriched_at, is_anonymous,"
                + " event_fingerprint, is_truncated, ingest_epoch, ingest_seq, ingest_index, enrich_version, load_id,"
                + " page_host, site_id, visitor_id, session_id, page_path, is_bot) VALUES ('" + UUID.randomUUID()
                + "', '"
                + (table.equals("events") ? "page_ping" : "page_view") + "', '" + Session.timestamp(now.get()) + "', "
                + time + ", " + time + ", FALSE, '" + "f".repeat(32) + "', FALSE, '" + new UUID(0, 0)
                + "', 1, 0, 'test', "
                + load + ", 'h', " + rest + ")");
    }

    private static void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private static long number(String sql) throws SQLException {
        return Long.parseLong(KnownVisits.answer(connection, sql).get(1));
    }
}
