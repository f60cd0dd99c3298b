package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.common.table.Table;
import dev.sluice.loader.load.BreakingSource.At;
import dev.sluice.loader.load.Promotion.Ending;
import dev.sluice.loader.load.Promotion.Outcome;
import dev.sluice.loader.load.Promotion.Pair;
import dev.sluice.loader.load.SideTables.Unit;
import dev.sluice.loader.load.StagedEvents.Event;
import dev.sluice.loader.load.TableComparison.Change;
import dev.sluice.loader.load.TableComparison.Result;
import dev.sluice.loader.load.TableComparison.Sample;
import dev.sluice.loader.load.TableComparison.Wanted;
import dev.sluice.loader.staging.BatchDescriptor;
import dev.sluice.loader.staging.StagingLayout;
import dev.sluice.local.redshift.LocalRedshift;
import dev.sluice.local.redshift.RedshiftSettings;
import dev.sluice.local.s3.LocalS3;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** Tables beside the line's own: filled, compared and promoted, on the local Redshift and S3. Each test has days of its own. */
@Timeout(120)
class SideTablesIT {
    private static final String BUCKET = "side-it";
    private static final Instant FIRST_DAY = Instant.parse("2026-01-05T09:59:30.123456Z");
    private static final AtomicInteger TESTS = new AtomicInteger();

    private static LocalS3 localS3;
    private static LocalRedshift redshift;
    private static S3Client s3;

    private final UUID epoch = UUID.randomUUID();
    private final int number = TESTS.incrementAndGet();
    private final Instant base = FIRST_DAY.plus(Duration.ofDays(7L * number));
    private final Instant end = base.plus(Duration.ofDays(3));
    private final String into = "page_views_side" + number;
    private final String events = "events_side" + number;
    private final StagingLayout layout = new StagingLayout(BUCKET, "it-" + epoch + "/");
    private final String replay = tables(At.NEVER).replay(base, end);

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        localS3 = LocalS3.start(directory.resolve("s3"), 0);
        s3 = S3Client.builder()
                .endpointOverride(localS3.endpoint())
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .build();
        s3.createBucket(create -> create.bucket(BUCKET));
        redshift = LocalRedshift.start(new RedshiftSettings(directory.resolve("redshift"), 0, localS3.endpoint()));
        new Migrations(warehouse(At.NEVER), Migrations.scripts(), InstantSource.system()).run();
    }

    @AfterAll
    static void stop() throws Exception {
        s3.close();
        redshift.close();
        localS3.close();
    }

    @Test
    void load_leavesOutWhatTheLineLeftOut_inWhateverOrderItComes() throws Exception {
        List<Event> views = StagedEvents.pageViews(epoch, 0, 20, base);
        Event again = views.get(3).sentAgain(100, base.plus(Duration.ofHours(1)));
        List<Event> others = List.of(
                views.get(0).sentAgain(200, base).withIndex(1).as(Table.EVENTS),
                views.get(0).sentAgain(201, base).withIndex(-1).as(Table.BAD_EVENTS));
        loadIntoTheLine(views);
        loadIntoTheLine(List.of(again));
        loadIntoTheLine(others);
        // Somebody asked to be forgotten, and the archive still has them.
        run(
                "INSERT INTO forgotten_rows (ingest_epoch, ingest_seq, ingest_index, received_at, load_id) SELECT ingest_epoch,"
                        + " ingest_seq, ingest_index, received_at, load_id FROM page_views WHERE ingest_epoch = '"
                        + epoch
                        + "' AND ingest_seq = 7");
        run("DELETE FROM page_views WHERE ingest_epoch = '" + epoch + "' AND ingest_seq = 7");

        tables(At.NEVER).create();
        // The repeat first, and what the archive has twice.
        load(At.NEVER, unit("late", List.of(again)));
        load(At.NEVER, unit("a", views.subList(0, 12)), unit("b", views.subList(8, 20)));
        load(At.NEVER, unit("c", views.subList(5, 10)), unit("d", others));

        assertThat(compare("page_views", into)).isEqualTo(new Result(19, 0, 0, columns(into) - 8, List.of()));
        assertThat(compare("events", events).isSame()).isTrue();
        assertThat(compare("events", events).both()).isEqualTo(1);
        assertThat(compare("bad_events", into + "_bad").isSame()).isTrue();
        assertThat(compare("bad_events", into + "_bad").both()).isEqualTo(1);
    }

    @Test
    void load_judgesEventsThatTheLineHasNoRowOf_asALoadWould() throws Exception {
        List<Event> views = StagedEvents.pageViews(epoch, 0, 3, base);
        loadIntoTheLine(views.subList(0, 1));
        tables(At.NEVER).create();
        load(
                At.NEVER,
                unit("a", views),
                unit(
                        "b",
                        List.of(
                                views.get(0).sentAgain(10, base.plusSeconds(5)),
                                views.get(1).sentAgain(11, base.plusSeconds(5)))));
        load(At.NEVER, unit("c", List.of(views.get(2).sentAgain(12, base.plusSeconds(9)))));
        assertThat(texts("SELECT ingest_seq FROM " + into + " ORDER BY ingest_seq"))
                .containsExactly("0", "1", "2");
    }

    @ParameterizedTest
    @EnumSource(names = {"BEFORE_COMMIT", "AFTER_COMMIT"})
    void load_cutOffAtItsCommit_isThereOnceWhenItIsRunAgain(At at) throws Exception {
        List<Event> views = StagedEvents.pageViews(epoch, 0, 10, base);
        Unit first = unit("a", views.subList(0, 6));
        Unit second = unit("b", views.subList(4, 10));
        tables(At.NEVER).create();
        assertThatThrownBy(() -> load(at, first)).isInstanceOf(LoadFailure.class);
        assertThat(tables(At.NEVER).done(replay)).isEqualTo(at == At.AFTER_COMMIT ? Set.of("a") : Set.of());
        Map<Table, Long> gained = load(At.NEVER, first, second);
        assertThat(gained).containsEntry(Table.PAGE_VIEWS, at == At.AFTER_COMMIT ? 4L : 10L);
        assertThat(load(At.NEVER, first, second)).isEmpty();
        assertThat(texts("SELECT COUNT(*) FROM " + into)).containsExactly("10");
        assertThat(texts("SELECT unit || ' ' || CAST(\"rows\" AS VARCHAR) FROM replay_progress WHERE replay = '"
                        + replay + "' ORDER BY unit"))
                .containsExactly("a 6", "b 6");
    }

    @Test
    void create_afterATableWasDropped_letsAllBeDoneAgain() throws Exception {
        Unit unit = unit("a", StagedEvents.pageViews(epoch, 0, 5, base));
        tables(At.NEVER).create();
        load(At.NEVER, unit);
        run("DROP TABLE " + into);
        tables(At.NEVER).create();
        assertThat(load(At.NEVER, unit)).containsEntry(Table.PAGE_VIEWS, 5L);
        tables(At.NEVER).create();
        assertThat(load(At.NEVER, unit)).isEmpty();
    }

    @Test
    void create_leavesAnotherTableOfThatNameAlone() throws Exception {
        run("CREATE TABLE " + into + " (orders INT)");
        assertThatThrownBy(() -> tables(At.NEVER).create())
                .isInstanceOf(LoadFailure.class)
                .hasMessageContaining("is not like page_views");
        assertThat(columns(into)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "page_views",
                "events",
                "load_ledger",
                "page_views_daily",
                "sessions",
                "replay_progress",
                "a; b",
                "A"
            })
    void names_areNeverTheLinesOwn(String name) {
        assertThatThrownBy(() -> new SideTables.Names(name, null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SideTables.Names("x", name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Pair(name, "page_views")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void load_fillsTheUsersOwnColumnsAsTheLineDoes() throws Exception {
        var own = new ExtraColumns(List.of(new ExtraColumn("first_a", "VARCHAR(8)", "a[0]", Set.of(Table.PAGE_VIEWS))));
        own.addTo(warehouse(At.NEVER));
        try {
            List<Event> views = StagedEvents.pageViews(epoch, 0, 4, base);
            loadIntoTheLine(views.subList(0, 2), own);
            tables(At.NEVER).create();
            load(At.NEVER, unit("a", views));
            assertThat(texts("SELECT first_a FROM " + into)).containsExactly("1", "1", "1", "1");
            assertThat(compare("page_views", into).changes()).isEmpty();
        } finally {
            run("ALTER TABLE page_views DROP COLUMN first_a");
        }
    }

    @Test
    void compare_namesColumnsRatesAndValues_alsoWhereOneIsNull() throws Exception {
        fillBoth(10);
        run("UPDATE " + into + " SET page_title = NULL, context = JSON_PARSE('{\"a\": 2}')");
        run("UPDATE " + into + " SET site_id = 'shop' WHERE ingest_seq = 4");
        run("DELETE FROM " + into + " WHERE ingest_seq = 9");
        run("DELETE FROM page_views WHERE ingest_epoch = '" + epoch + "' AND ingest_seq IN (0, 1)");

        Result result = compare("page_views", into);

        assertThat(result.both()).isEqualTo(7);
        assertThat(result.onlyOne()).isEqualTo(1);
        assertThat(result.onlyOther()).isEqualTo(2);
        assertThat(result.changes())
                .extracting(
                        Change::column, Change::rows, change -> change.samples().size())
                .containsExactly(tuple("site_id", 1L, 1), tuple("page_title", 7L, 2), tuple("context", 7L, 2));
        Sample site = result.changes().getFirst().samples().getFirst();
        assertThat(site.seq()).isEqualTo(4);
        assertThat(site.one()).isNull();
        assertThat(site.other()).isEqualTo("shop");
        assertThat(result.changes().get(1).samples().getFirst().other()).isNull();
    }

    @Test
    void compare_ofASpan_looksAtNothingElse() throws Exception {
        fillBoth(10);
        run("UPDATE " + into + " SET page_title = 'x' WHERE ingest_seq IN (2, 5)");
        Result result = comparison().compare(new Wanted("page_views", into, base.plusMillis(3), base.plusMillis(8), 0));
        assertThat(result.both()).isEqualTo(5);
        assertThat(result.changes()).containsExactly(new Change("page_title", 1, List.of()));
    }

    @Test
    void promote_exchangesRowsOneForOne_andUndoPutsThemBack() throws Exception {
        fillBoth(10);
        // As the pipeline names it, and as the days count it.
        run("UPDATE page_views SET event_type = 'page_view' WHERE ingest_epoch = '" + epoch + "'");
        run("UPDATE " + into + " SET event_type = 'page_view'");
        refreshDays();
        assertThat(daily()).containsExactly("+0 - 10");
        run("UPDATE " + into + " SET page_path = '/new', occurred_at = DATEADD(day, 1, occurred_at)");
        String loads = "SELECT DISTINCT load_id FROM page_views WHERE ingest_epoch = '" + epoch + "'";
        List<String> loadIds = texts(loads);
        List<String> rowsBefore = rowsAsText();

        Outcome outcome = promotion(At.NEVER).promote(pair(), false);

        assertThat(outcome).isEqualTo(new Outcome(Ending.DONE, 10, 0, 0, "page_views_before_" + into));
        assertThat(compare("page_views", into).isSame()).isTrue();
        assertThat(texts(loads)).isEqualTo(loadIds);
        assertThat(daily()).containsExactly("+1 /new 10");
        assertThat(promotion(At.NEVER).promote(pair(), false).ending()).isEqualTo(Ending.NOTHING_TO_DO);

        refreshDays();
        assertThat(promotion(At.NEVER).undo(pair()).exchanged()).isEqualTo(10);
        assertThat(rowsAsText()).isEqualTo(rowsBefore);
        assertThat(daily()).containsExactly("+0 - 10");
        assertThat(promotion(At.NEVER).undo(pair()).ending()).isEqualTo(Ending.NOTHING_TO_DO);
        assertThat(rowsAsText()).isEqualTo(rowsBefore);
    }

    @Test
    void promote_isRefusedWhereRowsAreLacking_andForcedLeavesTheseAsTheyAre() throws Exception {
        fillBoth(10);
        run("UPDATE " + into + " SET page_path = '/new'");
        run("DELETE FROM " + into + " WHERE ingest_seq = 5");
        run("UPDATE " + into + " SET ingest_seq = 77 WHERE ingest_seq = 6");
        List<String> rowsBefore = rowsAsText();

        assertThat(promotion(At.NEVER).promote(pair(), false))
                .isEqualTo(new Outcome(Ending.ROWS_ARE_LACKING, 0, 2, 1, pair().before()));
        assertThat(rowsAsText()).isEqualTo(rowsBefore);
        assertThat(promotion(At.NEVER).promote(pair(), true))
                .isEqualTo(new Outcome(Ending.DONE, 8, 2, 1, pair().before()));
        assertThat(texts("SELECT ingest_seq FROM page_views WHERE page_path IS NULL AND ingest_epoch = '" + epoch
                        + "' ORDER BY ingest_seq"))
                .containsExactly("5", "6");
        assertThat(texts("SELECT COUNT(*) FROM page_views WHERE ingest_epoch = '" + epoch + "'"))
                .containsExactly("10");
    }

    @Test
    void promote_cutOffBeforeItsCommit_changesNothing() throws Exception {
        fillBoth(5);
        run("UPDATE " + into + " SET page_path = '/new'");
        List<String> rowsBefore = rowsAsText();
        assertThatThrownBy(() -> promotion(At.BEFORE_COMMIT).promote(pair(), false))
                .isInstanceOf(LoadFailure.class);
        assertThat(rowsAsText()).isEqualTo(rowsBefore);
        assertThat(columns(pair().before())).isZero();
    }

    @Test
    void promote_ofATableWithoutRows_changesNothing() throws Exception {
        tables(At.NEVER).create();
        assertThatThrownBy(() -> promotion(At.NEVER).promote(pair(), false))
                .isInstanceOf(LoadFailure.class)
                .hasMessageContaining("nothing to exchange");
        assertThat(columns(pair().before())).isZero();
    }

    @Test
    void undo_bringsNothingBackThatWasErasedSince() throws Exception {
        fillBoth(5);
        promotion(At.NEVER).promote(pair(), false);
        run("DELETE FROM page_views WHERE ingest_epoch = '" + epoch + "' AND ingest_seq = 2");
        assertThat(promotion(At.NEVER).undo(pair()).exchanged()).isEqualTo(4);
        assertThat(rowsAsText()).hasSize(4);
    }

    private void fillBoth(int rows) throws Exception {
        List<Event> views = StagedEvents.pageViews(epoch, 0, rows, base);
        loadIntoTheLine(views);
        tables(At.NEVER).create();
        load(At.NEVER, unit("a", views));
    }

    private void loadIntoTheLine(List<Event> rows) throws Exception {
        loadIntoTheLine(rows, ExtraColumns.NONE);
    }

    private void loadIntoTheLine(List<Event> rows, ExtraColumns own) throws Exception {
        new RedshiftLoader(
                        warehouse(At.NEVER),
                        new S3BatchStore(s3, layout),
                        layout,
                        new RedshiftLoader.Settings("default", Duration.ofDays(1), own),
                        InstantSource.system())
                .load(List.of(stage(rows)));
    }

    private BatchDescriptor stage(List<Event> rows) throws Exception {
        return new StagedEvents(s3, layout).stage("shard-" + UUID.randomUUID(), 0, rows);
    }

    private Unit unit(String name, List<Event> rows) throws Exception {
        BatchDescriptor batch = stage(rows);
        return new Unit(name, batch.minReceivedAt(), batch.maxReceivedAt(), batch.files());
    }

    private Map<Table, Long> load(At at, Unit... units) throws LoadFailure {
        return tables(at).load(replay, List.of(units));
    }

    private SideTables tables(At at) {
        return new SideTables(
                warehouse(at),
                new SideTables.Names(into, events),
                new SideTables.Place(
                        layout,
                        "default",
                        (key, bytes) ->
                                s3.putObject(put -> put.bucket(BUCKET).key(key), RequestBody.fromBytes(bytes))));
    }

    private Result compare(String one, String other) throws LoadFailure {
        return comparison().compare(new Wanted(one, other, base, end, 2));
    }

    private static TableComparison comparison() {
        return new TableComparison(warehouse(At.NEVER));
    }

    private static Promotion promotion(At at) {
        return new Promotion(warehouse(at));
    }

    private Pair pair() {
        return new Pair(into, "page_views");
    }

    private void refreshDays() throws LoadFailure {
        new DailyPageViews(
                        warehouse(At.NEVER),
                        new LoaderMetrics(new SimpleMeterRegistry(), InstantSource.system()),
                        Duration.ofMinutes(5),
                        InstantSource.system(),
                        System::nanoTime)
                .refresh();
    }

    /** Of this test's days, counted from its first. */
    private List<String> daily() throws Exception {
        return texts("SELECT '+' || CAST(DATEDIFF(day, CAST('" + Session.timestamp(base)
                + "' AS TIMESTAMP), view_date) AS VARCHAR) || ' ' || COALESCE(page_path, '-') || ' ' || CAST(page_views AS"
                + " VARCHAR) FROM page_views_daily WHERE view_date >= CAST('" + Session.timestamp(base)
                + "' AS DATE) AND view_date < CAST('" + Session.timestamp(end) + "' AS DATE) ORDER BY 1");
    }

    private List<String> rowsAsText() throws Exception {
        return texts(
                "SELECT CAST(ingest_seq AS VARCHAR) || ' ' || COALESCE(page_path, '-') || ' ' || TO_CHAR(occurred_at,"
                        + " 'YYYY-MM-DD HH24:MI:SS.US') || ' ' || TO_CHAR(loaded_at, 'YYYY-MM-DD HH24:MI:SS.US') FROM page_views"
                        + " WHERE ingest_epoch = '" + epoch + "' ORDER BY ingest_seq");
    }

    private int columns(String table) throws Exception {
        try (Session session = warehouse(At.NEVER).open()) {
            return TableNames.columns(session, table).size();
        }
    }

    private static List<String> texts(String sql) throws Exception {
        try (Session session = warehouse(At.NEVER).open()) {
            return new ArrayList<>(session.texts(sql));
        }
    }

    private static void run(String sql) throws Exception {
        try (Session session = warehouse(At.NEVER).open()) {
            session.update(sql);
            session.commit();
        }
    }

    private static Warehouse warehouse(At at) {
        return new Warehouse(new BreakingSource(redshift.jdbcUrl(), at));
    }
}
