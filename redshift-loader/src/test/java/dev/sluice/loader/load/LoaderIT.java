package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.common.Backoff;
import dev.sluice.common.table.Column;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.RowDraft;
import dev.sluice.common.table.Table;
import dev.sluice.loader.load.BreakingSource.At;
import dev.sluice.loader.load.LoadResult.TableRows;
import dev.sluice.loader.load.Migrations.Script;
import dev.sluice.loader.load.StagedEvents.Event;
import dev.sluice.loader.staging.BatchDescriptor;
import dev.sluice.loader.staging.BatchDescriptor.Range;
import dev.sluice.loader.staging.BatchDescriptor.StagedFile;
import dev.sluice.loader.staging.BatchLimits;
import dev.sluice.loader.staging.RetryPause;
import dev.sluice.loader.staging.RowBatchCollector;
import dev.sluice.loader.staging.S3StagingSink;
import dev.sluice.loader.staging.StagingLayout;
import dev.sluice.loader.staging.StagingMetrics;
import dev.sluice.local.redshift.LocalRedshift;
import dev.sluice.local.redshift.RedshiftSettings;
import dev.sluice.local.s3.LocalS3;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.ConfigurableApplicationContext;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** The load transaction on the local Redshift and S3. Each test has an ingest epoch and a prefix of its own. */
@Timeout(120)
class LoaderIT {
    private static final String BUCKET = "loader-it";
    private static final Instant BASE = Instant.parse("2026-11-23T09:59:30.123456Z");
    private static final Duration WINDOW = Duration.ofDays(1);

    private static LocalS3 localS3;
    private static LocalRedshift redshift;
    private static S3Client s3;

    private final LoadFailure why = new LoadFailure(LoadFailure.Kind.BATCH, "its load failed", null);
    private final UUID epoch = UUID.randomUUID();
    private final StagingLayout layout = new StagingLayout(BUCKET, "it-" + epoch + "/");
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final String shard = "shard-" + epoch;
    private StagedEvents staged;

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
        // Two loaders that start at once on an empty warehouse: both must find the tables afterwards.
        together(2, () -> {
            new Migrations(warehouse(At.NEVER), Migrations.scripts(), InstantSource.system()).run();
            return true;
        });
    }

    @BeforeEach
    void stageInto() {
        staged = new StagedEvents(s3, layout);
    }

    @AfterAll
    static void stop() throws Exception {
        s3.close();
        redshift.close();
        localS3.close();
    }

    @Test
    void migrations_ranOnceThoughTwoLoadersStartedTogether() throws Exception {
        assertThat(number("SELECT COUNT(*) FROM schema_version WHERE version = 1"))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Table.class)
    void migrations_makeTheColumnsThatRowsAreStagedFor(Table table) throws Exception {
        try (Session session = warehouse(At.NEVER).open()) {
            assertThat(session.texts(
                            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND"
                                    + " table_name = ? ORDER BY ordinal_position",
                            table.tableName()))
                    .isEqualTo(table.columns().stream().map(Column::name).toList());
        }
    }

    @Test
    void migrations_leaveNothingOfAScriptThatBrokeAndApplyItLater() throws Exception {
        String table = "half_" + epoch.toString().replace('-', '_');
        Script broken = Migrations.script(
                "V900__half.sql", "CREATE TABLE " + table + " (a INT);\nCREATE TABLE " + table + " (a INT);\n");
        Script whole = Migrations.script("V900__half.sql", "CREATE TABLE " + table + " (a INT);\n");
        assertThatThrownBy(() -> migrate(broken)).isInstanceOf(LoadFailure.class);
        assertThat(number("SELECT COUNT(*) FROM schema_version WHERE version = 900"))
                .isZero();
        migrate(whole);
        migrate(whole);
        assertThat(number("SELECT COUNT(*) FROM " + table)).isZero();
        assertThatThrownBy(() -> migrate(broken))
                .hasMessageContaining("another text")
                .extracting(e -> ((LoadFailure) e).kind())
                .isEqualTo(LoadFailure.Kind.FATAL);
    }

    @Test
    void load_bringsEveryRowOfEveryTableOnce() throws Exception {
        List<Event> events = new ArrayList<>(StagedEvents.pageViews(epoch, 0, 1000, BASE));
        StagedEvents.pageViews(epoch, 1000, 1300, BASE).forEach(event -> events.add(event.as(Table.EVENTS)));
        StagedEvents.pageViews(epoch, 1300, 1310, BASE).forEach(event -> events.add(event.as(Table.BAD_EVENTS)));
        BatchDescriptor batch = staged.stage(shard, 1, events);
        Instant before = Instant.now().truncatedTo(ChronoUnit.MICROS);
        LoadResult result = loader(At.NEVER).load(List.of(batch));

        assertThat(result.loaded()).containsExactly(batch);
        assertThat(result.tables())
                .isEqualTo(Map.of(
                        Table.PAGE_VIEWS, new TableRows(1000, 1000, 0, 0),
                        Table.EVENTS, new TableRows(300, 300, 0, 0),
                        Table.BAD_EVENTS, new TableRows(10, 10, 0, 0)));
        assertThat(rows("page_views")).isEqualTo(1000);
        assertThat(rows("events")).isEqualTo(300);
        assertThat(rows("bad_events")).isEqualTo(10);
        try (Session session = warehouse(At.NEVER).open()) {
            assertThat(session.texts(
                            "SELECT page_title || '|' || received_at FROM page_views WHERE ingest_epoch = ? AND"
                                    + " ingest_seq = 7",
                            epoch.toString()))
                    .containsExactly("A \"title\", ünder µs 🚰|2026-11-23 09:59:30.130456");
            assertThat(session.number(
                            "SELECT COUNT(*) FROM page_views p JOIN load_ledger l ON l.load_id = p.load_id AND l.loaded_at"
                                    + " = p.loaded_at WHERE p.ingest_epoch = ? AND p.loaded_at >= CAST(? AS TIMESTAMP)",
                            epoch.toString(),
                            Session.timestamp(before)))
                    .isEqualTo(1000);
            assertThat(session.texts(
                            "SELECT page_views || ' ' || events || ' ' || bad_events || ' ' || pipeline_duplicates || ' ' ||"
                                    + " browser_duplicates || ' ' || quarantined || ' ' || min_received_at || ' ' ||"
                                    + " max_received_at || ' ' || data_versions FROM load_ledger WHERE batch_id = ?",
                            batch.batchId()))
                    .containsExactly("1000 300 10 0 0 0 2026-11-23 09:59:30.123456 2026-11-23 09:59:31.432456 lists 1;"
                            + " places 2");
        }
        assertThat(number("SELECT SUM(n) FROM audit_buckets WHERE stage = 'loaded' AND ingest_epoch = '" + epoch + "'"))
                .isEqualTo(1300);
        assertThat(number("SELECT SUM(n) FROM audit_buckets WHERE stage = 'bad' AND ingest_epoch = '" + epoch + "'"))
                .isEqualTo(10);
        assertThat(number("SELECT COUNT(*) FROM load_progress WHERE shard = '" + shard + "' AND staged_rows = 1310"))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = "AUDIT_BUCKETS", mode = EnumSource.Mode.EXCLUDE)
    void load_bringsWhatTheConsumerStagedUnchanged(Table table) throws Exception {
        String hostile = " a,\"b\"\r\n\t\\\\ \\\\. 'c' =cmd| {\u2028} \uFEFF \uD83D\uDEB0é ";
        var draft = new RowDraft();
        for (Column<?> column : table.stagedColumns()) {
            switch (column.type()) {
                case CHAR -> text(draft, column, "x".repeat(column.maxBytes()));
                case VARCHAR ->
                    text(draft, column, column.maxBytes() < 64 ? "ü".repeat(column.maxBytes() / 2) : hostile);
                case SUPER -> text(draft, column, "{\"a\": [1, \"" + "ü\\\"\\n" + "\"]}");
                case TIMESTAMP, SMALLINT, INTEGER, BIGINT, BOOLEAN, DOUBLE -> {}
            }
        }
        draft.set(Columns.RECEIVED_AT, BASE)
                .set(Columns.OCCURRED_AT, BASE)
                .set(Columns.ENRICHED_AT, BASE)
                .set(Columns.IS_ANONYMOUS, true)
                .set(Columns.IS_BOT, false)
                .set(Columns.IS_TRUNCATED, false)
                .set(Columns.VALUE, -1.25e-7)
                .set(Columns.INGEST_EPOCH, epoch.toString())
                .set(Columns.INGEST_SEQ, Long.MAX_VALUE)
                .set(Columns.INGEST_INDEX, 3);
        var collector = new RowBatchCollector(shard, new BatchLimits(WINDOW, 1000, 1000), System::nanoTime);
        collector.add("1", List.of(draft.toRow(table)));
        try (var pause = new RetryPause(new Backoff(WINDOW, WINDOW), new Random(1))) {
            new S3StagingSink(s3, layout, new StagingMetrics(registry), pause).stage(collector.close());
        }
        pass(loader(At.NEVER)).run();

        assertThat(waitingKeys()).isEmpty();
        try (Session session = warehouse(At.NEVER).open()) {
            for (Column<?> column : table.stagedColumns()) {
                Object staged = draft.get(column);
                if (column.isText() && staged != null) {
                    assertThat(session.texts(
                                    "SELECT \"" + column.name() + "\" FROM " + table.tableName()
                                            + " WHERE ingest_epoch = ?",
                                    epoch.toString()))
                            .as(column.name())
                            .containsExactly(staged.toString());
                }
            }
            assertThat(session.number(
                            "SELECT COUNT(*) FROM " + table.tableName()
                                    + " WHERE ingest_epoch = ? AND ingest_seq = ? AND ingest_index = 3 AND received_at = CAST(?"
                                    + " AS TIMESTAMP)"
                                    + (table == Table.EVENTS ? " AND value = -1.25e-7 AND ping_min_x IS NULL" : "")
                                    + (table == Table.BAD_EVENTS ? "" : " AND is_anonymous AND NOT is_bot"),
                            epoch.toString(),
                            Long.MAX_VALUE,
                            Session.timestamp(BASE)))
                    .isEqualTo(1);
        }
    }

    private static void text(RowDraft draft, Column<?> column, String value) {
        @SuppressWarnings("unchecked") // Every column of these types holds text.
        var textColumn = (Column<String>) column;
        draft.set(textColumn, value);
    }

    @Test
    void load_takesAuditRowsInAsTheyAre_withOrWithoutFacts() throws Exception {
        BatchDescriptor alone = stageAudits(audit(0, -1, 0, false));
        BatchDescriptor beside = staged.stage(
                shard,
                1,
                StagedEvents.pageViews(epoch, 0, 3, BASE),
                Map.of(
                        Table.PAGE_VIEWS,
                        StagedEvents.pageViews(epoch, 0, 3, BASE).stream()
                                .map(StagedEvents::csv)
                                .toList(),
                        Table.AUDIT_BUCKETS,
                        List.of(line(0, 2, 2, false), line(0, 2, 1, false), line(3, 2, 0, true))));
        LoadResult result = loader(At.NEVER).load(List.of(alone, beside));

        assertThat(result.tables())
                .isEqualTo(Map.of(
                        Table.PAGE_VIEWS, new TableRows(3, 3, 0, 0),
                        Table.AUDIT_BUCKETS, new TableRows(4, 4, 0, 0)));
        try (Session session = warehouse(At.NEVER).open()) {
            assertThat(session.texts(
                            "SELECT a.bucket || ' ' || n || ' ' || first_seq || ' ' || last_seq || ' ' || complete_until || ' '"
                                    + " || is_final FROM audit_buckets a JOIN load_ledger l ON l.load_id = a.load_id"
                                    + " WHERE stage = 'accepted' AND ingest_epoch = ? AND l.batch_id = ?"
                                    + " ORDER BY first_seq, last_seq, n",
                            epoch.toString(),
                            alone.batchId()))
                    .containsExactly(
                            "2026-11-23 09:59:00 0 0 -1 2026-11-23 09:59:40.5 false",
                            "2026-11-23 09:59:00 1 0 2 2026-11-23 09:59:40.5 false",
                            "2026-11-23 09:59:00 2 0 2 2026-11-23 09:59:40.5 false",
                            "2026-11-23 09:59:00 0 3 2 2026-11-23 09:59:40.5 true");
            assertThat(session.texts(
                            "SELECT page_views || ' ' || events || ' ' || bad_events FROM load_ledger WHERE batch_id = ?",
                            alone.batchId()))
                    .containsExactly("0 0 0");
            assertThat(session.number(
                            "SELECT SUM(n) FROM audit_buckets WHERE stage = 'loaded' AND ingest_epoch = ? AND first_seq"
                                    + " IS NULL",
                            epoch.toString()))
                    .isEqualTo(3);
        }
        assertThat(loader(At.NEVER).load(List.of(alone, beside)).tables()).isEmpty();
    }

    @Test
    void load_leavesABatchWaitingWhoseAuditRowsAreDamaged_andQuarantinesNone() throws Exception {
        staged.stage(
                shard,
                1,
                StagedEvents.pageViews(epoch, 0, 1, BASE),
                Map.of(
                        Table.PAGE_VIEWS,
                        List.of(StagedEvents.csv(
                                StagedEvents.pageViews(epoch, 0, 1, BASE).getFirst())),
                        Table.AUDIT_BUCKETS,
                        List.of("accepted," + epoch + ",no time,1,0,0,2026-11-23 10:00:00.000000,false\n")));
        pass(loader(At.NEVER)).run();
        assertThat(waitingKeys()).hasSize(1);
        assertThat(rows("page_views") + rows("bad_events")).isZero();
        assertThat(batches("failed")).isEqualTo(1);
    }

    private BatchDescriptor stageAudits(Row row) throws Exception {
        var collector = new RowBatchCollector(shard, new BatchLimits(WINDOW, 1000, 1000), System::nanoTime);
        collector.add("1000", List.of(row));
        try (var pause = new RetryPause(new Backoff(WINDOW, WINDOW), new Random(1))) {
            return new S3StagingSink(s3, layout, new StagingMetrics(registry), pause).stage(collector.close());
        }
    }

    private Row audit(long first, long last, long n, boolean isFinal) {
        return new RowDraft()
                .set(Columns.AUDIT_STAGE, "accepted")
                .set(Columns.INGEST_EPOCH, epoch.toString())
                .set(Columns.BUCKET, BASE.truncatedTo(ChronoUnit.MINUTES))
                .set(Columns.N, n)
                .set(Columns.FIRST_SEQ, first)
                .set(Columns.LAST_SEQ, last)
                .set(Columns.COMPLETE_UNTIL, Instant.parse("2026-11-23T09:59:40.500000Z"))
                .set(Columns.IS_FINAL, isFinal)
                .toRow(Table.AUDIT_BUCKETS);
    }

    private String line(long first, long last, long n, boolean isFinal) {
        return "accepted," + epoch + ",2026-11-23 09:59:00.000000," + n + "," + first + "," + last
                + ",2026-11-23 09:59:40.500000," + isFinal + "\n";
    }

    @Test
    void load_leavesOutABatchThatTheLedgerHolds() throws Exception {
        BatchDescriptor first = staged.stage(shard, 1, StagedEvents.pageViews(epoch, 0, 100, BASE));
        BatchDescriptor second = staged.stage(shard, 101, StagedEvents.pageViews(epoch, 100, 200, BASE));
        RedshiftLoader loader = loader(At.NEVER);
        loader.load(List.of(first));
        assertThat(loader.load(List.of(first))).isEqualTo(LoadResult.nothing(List.of(first)));
        LoadResult result = loader.load(List.of(first, second));
        assertThat(result.alreadyLoaded()).containsExactly(first);
        assertThat(result.loaded()).containsExactly(second);
        assertThat(rows("page_views")).isEqualTo(200);
        assertThat(ledgerRows(first)).isEqualTo(1);
    }

    @Test
    void load_countsWhatAnOtherwiseCutRepeatBringsAgain() throws Exception {
        BatchDescriptor first = staged.stage(shard, 1, StagedEvents.pageViews(epoch, 0, 600, BASE));
        BatchDescriptor overlapping = staged.stage(shard, 301, StagedEvents.pageViews(epoch, 300, 1000, BASE));
        RedshiftLoader loader = loader(At.NEVER);
        loader.load(List.of(first));
        assertThat(loader.load(List.of(overlapping)).tables())
                .containsEntry(Table.PAGE_VIEWS, new TableRows(700, 400, 300, 0));
        assertThat(rows("page_views")).isEqualTo(1000);
        assertThat(number(
                        "SELECT pipeline_duplicates FROM load_ledger WHERE batch_id = '" + overlapping.batchId() + "'"))
                .isEqualTo(300);
    }

    @Test
    void load_findsRepeatsWithinOneLoad() throws Exception {
        BatchDescriptor first = staged.stage(shard, 1, StagedEvents.pageViews(epoch, 0, 600, BASE));
        BatchDescriptor overlapping = staged.stage(shard, 301, StagedEvents.pageViews(epoch, 300, 1000, BASE));
        assertThat(loader(At.NEVER).load(List.of(first, overlapping)).tables())
                .containsEntry(Table.PAGE_VIEWS, new TableRows(1300, 1000, 300, 0));
        assertThat(rows("page_views")).isEqualTo(1000);
        // Per load, on its first batch: the sum over the load is exact.
        assertThat(number("SELECT SUM(pipeline_duplicates) FROM load_ledger WHERE shard = '" + shard + "'"))
                .isEqualTo(300);
    }

    @Test
    void load_findsAPipelineRepeatHoweverOldItIs() throws Exception {
        Instant longAgo = BASE.minus(Duration.ofDays(400));
        RedshiftLoader loader = loader(At.NEVER);
        loader.load(List.of(staged.stage(shard, 1, StagedEvents.pageViews(epoch, 0, 10, longAgo))));
        loader.load(List.of(staged.stage(shard, 11, StagedEvents.pageViews(epoch, 10, 20, BASE))));
        loader.load(List.of(staged.stage(shard, 21, StagedEvents.pageViews(epoch, 0, 20, longAgo))));
        assertThat(number("SELECT COUNT(*) FROM page_views WHERE ingest_epoch = '" + epoch + "' AND ingest_seq < 10"))
                .isEqualTo(10);
    }

    @Test
    void load_findsABrowsersRepeatsAndCountsThemApart() throws Exception {
        Event first = Event.pageView(epoch, 1, BASE);
        Event other = Event.pageView(epoch, 2, BASE);
        Event againSoon = first.sentAgain(3, BASE.plusSeconds(5));
        Event againLater = first.sentAgain(4, BASE.plus(WINDOW).minusSeconds(1));
        RedshiftLoader loader = loader(At.NEVER);
        assertThat(loader.load(List.of(staged.stage(shard, 1, List.of(againSoon, first, first, other))))
                        .tables())
                .containsEntry(Table.PAGE_VIEWS, new TableRows(4, 2, 1, 1));
        // The repeat of a repeat that was left out is a browser's again: its transport id is in no row.
        assertThat(loader.load(List.of(staged.stage(shard, 5, List.of(againLater, againSoon, againSoon, first))))
                        .tables())
                .containsEntry(Table.PAGE_VIEWS, new TableRows(4, 0, 2, 2));
        assertThat(number("SELECT SUM(ingest_seq) FROM page_views WHERE ingest_epoch = '" + epoch + "'"))
                .as("the one received first is kept")
                .isEqualTo(3);
        try (Session session = warehouse(At.NEVER).open()) {
            assertThat(session.texts(
                            "SELECT ingest_seq || ' of load ' || (load_id - (SELECT MIN(load_id) FROM page_views WHERE"
                                    + " ingest_epoch = ?)) FROM browser_repeats WHERE ingest_epoch = ? ORDER BY ingest_seq",
                            epoch.toString(),
                            epoch.toString()))
                    .as("each repeat is proved once, however often it came")
                    .containsExactly("3 of load 0", "4 of load 1");
        }
        assertThat(number(
                        "SELECT SUM(n) FROM audit_buckets WHERE stage = 'repeated' AND ingest_epoch = '" + epoch + "'"))
                .isEqualTo(2);
    }

    @Test
    void load_keepsABrowsersRepeatThatCameAfterTheWindow() throws Exception {
        Event first = Event.pageView(epoch, 1, BASE);
        Event muchLater = first.sentAgain(2, BASE.plus(WINDOW).plusSeconds(1));
        RedshiftLoader loader = loader(At.NEVER);
        loader.load(List.of(staged.stage(shard, 1, List.of(first))));
        loader.load(List.of(staged.stage(shard, 2, List.of(muchLater))));
        assertThat(rows("page_views")).isEqualTo(2);
    }

    @Test
    void load_keepsTwoEventsThatShareAnIdButNotTheContent() throws Exception {
        Event one = Event.pageView(epoch, 1, BASE);
        Event two = one.sentAgain(2, BASE).withFingerprint("e".repeat(32));
        Event three = one.sentAgain(3, BASE).withFingerprint("d".repeat(32));
        RedshiftLoader loader = loader(At.NEVER);
        loader.load(List.of(staged.stage(shard, 1, List.of(one, two))));
        loader.load(List.of(staged.stage(shard, 3, List.of(three))));
        assertThat(rows("page_views")).isEqualTo(3);
    }

    @Test
    void load_keepsEveryEventOfOneHit() throws Exception {
        Event one = Event.pageView(epoch, 1, BASE);
        Event two = new Event(Table.PAGE_VIEWS, UUID.randomUUID(), one.fingerprint(), epoch, 1, 1, one.receivedAt());
        RedshiftLoader loader = loader(At.NEVER);
        loader.load(List.of(staged.stage(shard, 1, List.of(one, two))));
        loader.load(List.of(staged.stage(shard, 3, List.of(two, one))));
        assertThat(rows("page_views")).isEqualTo(2);
    }

    @Test
    void load_tellsBadEventsApartByTheirTransportIdWithAndWithoutIndex() throws Exception {
        Event whole = Event.pageView(epoch, 1, BASE).as(Table.BAD_EVENTS).withIndex(-1);
        Event part = Event.pageView(epoch, 2, BASE).as(Table.BAD_EVENTS);
        RedshiftLoader loader = loader(At.NEVER);
        assertThat(loader.load(List.of(staged.stage(shard, 1, List.of(whole, whole, part))))
                        .tables())
                .containsEntry(Table.BAD_EVENTS, new TableRows(3, 2, 1, 0));
        assertThat(loader.load(List.of(staged.stage(shard, 4, List.of(whole, part, part.withIndex(1)))))
                        .tables())
                .containsEntry(Table.BAD_EVENTS, new TableRows(3, 1, 2, 0));
    }

    @Test
    void pass_loadsABatchWithoutItsBadRowAndKeepsThatInBadEvents() throws Exception {
        BatchDescriptor bad = stageWithABadTitle(1);
        assertThat(pass(loader(At.NEVER)).run()).isFalse();
        assertThat(waitingKeys()).isEmpty();
        assertThat(rows("page_views")).isEqualTo(9);
        assertThat(rows("bad_events")).isEqualTo(1);
        assertThat(keysBelow("staged/clean/")).isEmpty();
        try (Session session = warehouse(At.NEVER).open()) {
            assertThat(session.texts(
                            "SELECT stage || '|' || reason || '|' || detail || '|' || ingest_seq || '|' || ingest_index || '|'"
                                    + " || received_at FROM bad_events WHERE ingest_epoch = ?",
                            epoch.toString()))
                    .containsExactly(
                            "load|too_long|page_views: page_title has 1025 bytes, and the column takes 1024; row 5 of "
                                    + bad.files().getFirst().key() + "|4|0|2026-11-23 09:59:30.127456");
            assertThat(session.texts("SELECT raw FROM bad_events WHERE ingest_epoch = ?", epoch.toString())
                            .getFirst())
                    .contains("x".repeat(1025));
            assertThat(session.texts(
                            "SELECT page_views || ' ' || bad_events || ' ' || quarantined FROM load_ledger WHERE batch_id = ?",
                            bad.batchId()))
                    .containsExactly("10 0 1");
        }
        assertThat(number("SELECT SUM(n) FROM audit_buckets WHERE stage = 'loaded' AND ingest_epoch = '" + epoch + "'"))
                .isEqualTo(9);
        assertThat(number("SELECT SUM(n) FROM audit_buckets WHERE stage = 'bad' AND ingest_epoch = '" + epoch + "'"))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = At.class,
            names = {"INSERT", "BEFORE_COMMIT"})
    void loadWithoutBadRows_thatIsCutOffLeavesNothingAndWorksAgain(At at) throws Exception {
        BatchDescriptor bad = stageWithABadTitle(1);
        RedshiftLoader loader = loader(at);
        assertThat(failureOf(() -> loader.loadWithoutBadRows(bad, why))).isEqualTo(LoadFailure.Kind.RETRY);
        assertThat(rows("page_views")).isZero();
        assertThat(rows("bad_events")).isZero();
        assertThat(ledgerRows(bad)).isZero();
        assertThat(loader.loadWithoutBadRows(bad, why).tables())
                .isEqualTo(Map.of(Table.PAGE_VIEWS, new TableRows(10, 9, 0, 0, 1)));
        assertThat(rows("page_views")).isEqualTo(9);
        assertThat(rows("bad_events")).isEqualTo(1);
    }

    @Test
    void loadWithoutBadRows_findsOutThatACommitWithoutAnswerTookPlace() throws Exception {
        BatchDescriptor bad = stageWithABadTitle(1);
        RedshiftLoader loader = loader(At.AFTER_COMMIT);
        assertThat(loader.loadWithoutBadRows(bad, why).quarantined()).isEqualTo(1);
        assertThat(loader.loadWithoutBadRows(bad, why)).isEqualTo(LoadResult.nothing(List.of(bad)));
        assertThat(loader.load(List.of(bad)).alreadyLoaded()).containsExactly(bad);
        assertThat(rows("page_views")).isEqualTo(9);
        assertThat(rows("bad_events")).isEqualTo(1);
        assertThat(ledgerRows(bad)).isEqualTo(1);
    }

    @Test
    void loadWithoutBadRows_keepsABadRowOnceThoughAnOtherwiseCutRepeatBringsItAgain() throws Exception {
        BatchDescriptor first = stageWithABadTitle(1);
        BatchDescriptor again = stageWithABadTitle(2);
        RedshiftLoader loader = loader(At.NEVER);
        loader.loadWithoutBadRows(first, why);
        assertThat(loader.loadWithoutBadRows(again, why).tables())
                .isEqualTo(Map.of(Table.PAGE_VIEWS, new TableRows(10, 0, 9, 0, 1)));
        assertThat(rows("bad_events")).isEqualTo(1);
    }

    @Test
    void loadWithoutBadRows_byTwoLoadersAtOnceBringsEveryRowOnce() throws Exception {
        BatchDescriptor bad = stageWithABadTitle(1);
        List<LoadResult> results =
                together(2, () -> againAfterRetry(() -> loader(At.NEVER).loadWithoutBadRows(bad, why)));
        assertThat(results).extracting(result -> result.loaded().size()).containsExactlyInAnyOrder(0, 1);
        assertThat(rows("page_views")).isEqualTo(9);
        assertThat(rows("bad_events")).isEqualTo(1);
    }

    @Test
    void loadWithoutBadRows_takesOutABatchsOnlyRow() throws Exception {
        List<Event> events = StagedEvents.pageViews(epoch, 0, 1, BASE);
        String line = StagedEvents.csv(events.getFirst()).replace("2026-11-23", "2026-13-23");
        BatchDescriptor bad = staged.stage(shard, 1, events, Map.of(Table.PAGE_VIEWS, List.of(line)));
        assertThat(loader(At.NEVER).loadWithoutBadRows(bad, why).tables())
                .isEqualTo(Map.of(Table.PAGE_VIEWS, new TableRows(1, 0, 0, 0, 1)));
        assertThat(rows("page_views")).isZero();
        assertThat(rows("bad_events")).isEqualTo(1);
        assertThat(ledgerRows(bad)).isEqualTo(1);
    }

    @Test
    void loadWithoutBadRows_leavesABatchOfGarbageAlone() throws Exception {
        List<Event> events = StagedEvents.pageViews(epoch, 0, 20, BASE);
        List<String> lines = events.stream()
                .map(StagedEvents::csv)
                .map(line -> line.replace("2026-11-23", "2026-13-23"))
                .toList();
        BatchDescriptor garbage = staged.stage(shard, 1, events, Map.of(Table.PAGE_VIEWS, lines));
        assertThatThrownBy(() -> loader(At.NEVER).loadWithoutBadRows(garbage, why))
                .isInstanceOf(LoadFailure.class)
                .hasMessageContaining("holds 20 rows of which 20 are bad");
        assertThat(rows("bad_events")).isZero();
        assertThat(keysBelow("staged/clean/")).isEmpty();
    }

    @Test
    void loadWithoutBadRows_saysAgainWhyWhenNoRowIsBad() throws Exception {
        BatchDescriptor good = staged.stage(shard, 1, StagedEvents.pageViews(epoch, 0, 20, BASE));
        assertThatThrownBy(() -> loader(At.NEVER).loadWithoutBadRows(good, why)).isSameAs(why);
    }

    /** Ten rows, of which the fifth has too long a title. */
    private BatchDescriptor stageWithABadTitle(int first) throws Exception {
        List<Event> events = StagedEvents.pageViews(epoch, 0, 10, BASE);
        List<String> lines =
                new ArrayList<>(events.stream().map(StagedEvents::csv).toList());
        lines.set(4, lines.get(4).replace("\"A \"\"title\"\", ünder µs 🚰\"", "x".repeat(1025)));
        return staged.stage(shard, first, events, Map.of(Table.PAGE_VIEWS, lines));
    }

    @Test
    void pass_loadsTheOthersAndLeavesABatchOfGarbageWaiting() throws Exception {
        for (int i = 0; i < 4; i++) {
            staged.stage(shard, 1 + i * 100L, StagedEvents.pageViews(epoch, i * 100L, (i + 1) * 100L, BASE));
        }
        List<Event> events = StagedEvents.pageViews(epoch, 9000, 9020, BASE);
        List<String> lines =
                new ArrayList<>(events.stream().map(StagedEvents::csv).toList());
        events.forEach(event -> lines.set(lines.indexOf(StagedEvents.csv(event)), "not,a,row\n"));
        BatchDescriptor bad = staged.stage(shard, 9001, events, Map.of(Table.PAGE_VIEWS, lines));

        LoadPass pass = pass(loader(At.NEVER));
        assertThat(pass.run()).isFalse();
        assertThat(rows("page_views")).isEqualTo(400);
        assertThat(waitingKeys()).containsExactly(layout.waitingKey(bad.batchId()));
        assertThat(batches("loaded")).isEqualTo(4);
        assertThat(batches("failed")).isEqualTo(1);
        assertThat(s3.listObjectsV2(list -> list.bucket(BUCKET).prefix(layout.prefix() + "loaded/dt=2026-11-23/"))
                        .contents())
                .hasSize(4);
    }

    @Test
    void load_saysWhereABadRowIsAndNotWhatIsInIt() throws Exception {
        List<Event> events = StagedEvents.pageViews(epoch, 0, 10, BASE);
        List<String> lines =
                new ArrayList<>(events.stream().map(StagedEvents::csv).toList());
        lines.set(4, lines.get(4).replace("2026-11-23", "jane@example.org"));
        BatchDescriptor bad = staged.stage(shard, 1, events, Map.of(Table.PAGE_VIEWS, lines));
        assertThatThrownBy(() -> loader(At.NEVER).load(List.of(bad)))
                .hasMessageContaining("received_at")
                .message()
                .doesNotContain("jane");
    }

    @Test
    void load_refusesABatchWhoseFileIsGone() throws Exception {
        BatchDescriptor batch = staged.stage(shard, 1, StagedEvents.pageViews(epoch, 0, 10, BASE));
        s3.deleteObject(
                delete -> delete.bucket(BUCKET).key(batch.files().getFirst().key()));
        assertThat(failureOf(() -> loader(At.NEVER).load(List.of(batch)))).isEqualTo(LoadFailure.Kind.BATCH);
    }

    @Test
    void load_refusesABatchWhoseFileHoldsAnotherNumberOfRows() throws Exception {
        List<Event> events = StagedEvents.pageViews(epoch, 0, 10, BASE);
        BatchDescriptor batch = staged.stage(shard, 1, events);
        StagedFile file = batch.files().getFirst();
        BatchDescriptor lying = staged.describe(
                new Range(shard, "1", "11"),
                events,
                List.of(new StagedFile(file.table(), file.key(), 11, file.bytes(), file.sha256())));
        assertThat(failureOf(() -> loader(At.NEVER).load(List.of(lying)))).isEqualTo(LoadFailure.Kind.BATCH);
        assertThat(rows("page_views")).isZero();
    }

    @Test
    void load_byTwoLoadersAtOnceBringsEveryRowOnce() throws Exception {
        List<BatchDescriptor> batches = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            // Each overlaps the next by half.
            batches.add(staged.stage(shard, 1 + i * 50L, StagedEvents.pageViews(epoch, i * 50L, i * 50L + 100, BASE)));
        }
        List<List<LoadResult>> results = together(2, () -> {
            RedshiftLoader loader = loader(At.NEVER);
            var mine = new ArrayList<LoadResult>();
            for (BatchDescriptor batch : batches) {
                mine.add(loader.load(List.of(batch)));
            }
            return mine;
        });
        assertThat(rows("page_views")).isEqualTo(350);
        assertThat(results.stream()
                        .flatMap(List::stream)
                        .mapToInt(result -> result.loaded().size())
                        .sum())
                .isEqualTo(6);
        assertThat(number("SELECT COUNT(DISTINCT load_id) FROM load_ledger WHERE shard = '" + shard + "'"))
                .isEqualTo(6);
    }

    @ParameterizedTest
    @EnumSource(
            value = At.class,
            names = {"INSERT", "BEFORE_COMMIT"})
    void load_thatIsCutOffBeforeTheCommitLeavesNothing(At at) throws Exception {
        BatchDescriptor batch = staged.stage(shard, 1, StagedEvents.pageViews(epoch, 0, 1000, BASE));
        RedshiftLoader loader = loader(at);
        assertThat(failureOf(() -> loader.load(List.of(batch)))).isEqualTo(LoadFailure.Kind.RETRY);
        assertThat(rows("page_views")).isZero();
        assertThat(ledgerRows(batch)).isZero();
        assertThat(loader.load(List.of(batch)).loaded()).containsExactly(batch);
        assertThat(rows("page_views")).isEqualTo(1000);
    }

    @Test
    void load_findsOutThatACommitWithoutAnswerTookPlace() throws Exception {
        BatchDescriptor batch = staged.stage(shard, 1, StagedEvents.pageViews(epoch, 0, 1000, BASE));
        RedshiftLoader loader = loader(At.AFTER_COMMIT);
        assertThat(loader.load(List.of(batch)).tables())
                .containsEntry(Table.PAGE_VIEWS, new TableRows(1000, 1000, 0, 0));
        assertThat(rows("page_views")).isEqualTo(1000);
        assertThat(loader.load(List.of(batch)).alreadyLoaded()).containsExactly(batch);
        assertThat(rows("page_views")).isEqualTo(1000);
    }

    @Test
    void pass_afterDyingBetweenCommitAndMoveOnlyMoves() throws Exception {
        BatchDescriptor batch = staged.stage(shard, 1, StagedEvents.pageViews(epoch, 0, 100, BASE));
        loader(At.NEVER).load(List.of(batch));
        assertThat(waitingKeys()).hasSize(1);
        pass(loader(At.NEVER)).run();
        assertThat(waitingKeys()).isEmpty();
        assertThat(rows("page_views")).isEqualTo(100);
        assertThat(batches("already_loaded")).isEqualTo(1);
        assertThat(batches("loaded")).isZero();
    }

    @Test
    void pass_leavesForeignObjectsWhereTheyAre() throws Exception {
        String foreign = layout.waitingPrefix() + "readme.txt";
        s3.putObject(put -> put.bucket(BUCKET).key(foreign), RequestBody.fromString("not ours"));
        staged.stage(shard, 1, StagedEvents.pageViews(epoch, 0, 10, BASE));
        pass(loader(At.NEVER)).run();
        assertThat(rows("page_views")).isEqualTo(10);
        assertThat(waitingKeys()).containsExactly(foreign);
    }

    @Test
    void abort_endsALoadThatWaitsForTheLockAndTheNextOneWorks() throws Exception {
        BatchDescriptor batch = staged.stage(shard, 1, StagedEvents.pageViews(epoch, 0, 10, BASE));
        RedshiftLoader loader = loader(At.NEVER);
        try (Session other = warehouse(At.NEVER).open();
                ExecutorService executor = Executors.newSingleThreadExecutor()) {
            other.update("LOCK TABLE load_ledger");
            Future<LoadFailure.Kind> waiting = executor.submit(() -> failureOf(() -> loader.load(List.of(batch))));
            while (!waiting.isDone()) {
                loader.abort();
                Thread.sleep(20);
            }
            assertThat(waiting.get()).isEqualTo(LoadFailure.Kind.RETRY);
        }
        loader.load(List.of(batch));
        assertThat(rows("page_views")).isEqualTo(10);
    }

    @Test
    void application_loadsWhatIsStagedAndShowsOnlyHealthAndPrometheus() throws Exception {
        BatchDescriptor batch = staged.stage(shard, 1, StagedEvents.pageViews(epoch, 0, 100, BASE));
        try (ConfigurableApplicationContext context = LoaderApplication.application()
                .profiles("local")
                .run(
                        "--server.port=0",
                        "--sluice.aws.endpoint.s3=" + localS3.endpoint(),
                        "--sluice.staging.bucket=" + BUCKET,
                        "--sluice.staging.prefix=" + layout.prefix(),
                        "--sluice.loader.jdbc-url=" + redshift.jdbcUrl(),
                        "--sluice.loader.window=200ms")) {
            await().atMost(Duration.ofMinutes(1)).until(() -> waitingKeys().isEmpty());
            assertThat(rows("page_views")).isEqualTo(100);
            assertThat(ledgerRows(batch)).isEqualTo(1);
            String port = context.getEnvironment().getRequiredProperty("local.server.port");
            assertThat(get(port, "/actuator/health").body()).contains("\"status\":\"UP\"", "secondsSinceGoodPass");
            assertThat(get(port, "/actuator/prometheus").body())
                    .contains(
                            "sluice_load_batches_total{result=\"loaded\"} 1.0",
                            "sluice_load_rows_total{result=\"inserted\",table=\"page_views\"} 100.0",
                            "sluice_load_freshness_seconds_count{row=\"oldest\"} 1",
                            "sluice_load_waiting_batches 0.0",
                            "sluice_load_lag_seconds 0.0",
                            "sluice_load_duration_seconds_count 1");
            assertThat(get(port, "/actuator/env").statusCode()).isEqualTo(404);
            assertThat(get(port, "/actuator/metrics").statusCode()).isEqualTo(404);
            assertThat(get(port, "/actuator/loggers").statusCode()).isEqualTo(404);
        }
    }

    private static HttpResponse<String> get(String port, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private RedshiftLoader loader(At at) {
        return new RedshiftLoader(
                warehouse(at),
                new S3BatchStore(s3, layout),
                layout,
                new RedshiftLoader.Settings("default", WINDOW, ExtraColumns.NONE),
                InstantSource.system());
    }

    private LoadPass pass(RedshiftLoader loader) {
        var metrics = new LoaderMetrics(registry, InstantSource.system());
        return new LoadPass(
                new WaitingBatches(new S3BatchStore(s3, layout), metrics, 500),
                new BatchSelection(
                        new BatchSelection.Limits(100, 100_000, 1),
                        new Backoff(Duration.ofMinutes(1), Duration.ofMinutes(1)),
                        System::nanoTime,
                        new Random(1)),
                loader,
                metrics,
                System::nanoTime);
    }

    private void migrate(Script script) throws LoadFailure {
        new Migrations(warehouse(At.NEVER), List.of(script), InstantSource.system()).run();
    }

    private static Warehouse warehouse(At at) {
        return new Warehouse(new BreakingSource(redshift.jdbcUrl(), at));
    }

    private long rows(String table) throws Exception {
        return number("SELECT COUNT(*) FROM " + table + " WHERE ingest_epoch = '" + epoch + "'");
    }

    private long ledgerRows(BatchDescriptor batch) throws Exception {
        return number("SELECT COUNT(*) FROM load_ledger WHERE batch_id = '" + batch.batchId() + "'");
    }

    private static long number(String sql) throws LoadFailure, SQLException {
        try (Session session = warehouse(At.NEVER).open()) {
            return session.number(sql);
        }
    }

    private List<String> waitingKeys() {
        return keysBelow("staged/batches/");
    }

    private List<String> keysBelow(String folder) {
        return s3.listObjectsV2(list -> list.bucket(BUCKET).prefix(layout.prefix() + folder)).contents().stream()
                .map(object -> object.key())
                .toList();
    }

    private double batches(String result) {
        return registry.get("sluice.load.batches")
                .tag("result", result)
                .counter()
                .count();
    }

    private static LoadFailure.Kind failureOf(Loading loading) throws Exception {
        try {
            loading.run();
        } catch (LoadFailure e) {
            return e.kind();
        }
        throw new AssertionError("it did not fail");
    }

    /** As the loop does: who finds that another has just loaded the batch, and cleared what lay beside it, asks the ledger next. */
    private static LoadResult againAfterRetry(Loading loading) throws Exception {
        try {
            return loading.run();
        } catch (LoadFailure e) {
            if (e.kind() != LoadFailure.Kind.RETRY) {
                throw e;
            }
            return loading.run();
        }
    }

    private static <T> List<T> together(int threads, Callable<T> action) throws Exception {
        var ready = new CountDownLatch(threads);
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            var futures = new ArrayList<Future<T>>();
            for (int i = 0; i < threads; i++) {
                futures.add(executor.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return action.call();
                }));
            }
            var results = new ArrayList<T>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        }
    }

    private interface Loading {
        LoadResult run() throws Exception;
    }
}
