package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Table;
import dev.sluice.loader.audit.Finding;
import dev.sluice.loader.audit.MinuteBalance;
import dev.sluice.loader.audit.Reconciler;
import dev.sluice.loader.identity.IdHash;
import dev.sluice.loader.identity.IdKind;
import dev.sluice.loader.load.BreakingSource.At;
import dev.sluice.loader.load.Recovery.Moved;
import dev.sluice.loader.load.SideTables.Unit;
import dev.sluice.loader.load.StagedEvents.Event;
import dev.sluice.loader.staging.BatchDescriptor;
import dev.sluice.loader.staging.StagingLayout;
import dev.sluice.local.redshift.LocalRedshift;
import dev.sluice.local.redshift.RedshiftSettings;
import dev.sluice.local.s3.LocalS3;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Bad events that become rows, on the local Redshift and S3: each once, and the line's books hold. Each test has days of its own, and
 * after each of them everything adds up.
 */
@Timeout(120)
class RecoveryIT {
    private static final String BUCKET = "recovery-it";
    private static final Instant FIRST_DAY = Instant.parse("2026-01-05T09:59:30.123456Z");
    private static final AtomicInteger TESTS = new AtomicInteger();

    private static LocalS3 localS3;
    private static LocalRedshift redshift;
    private static S3Client s3;

    private final UUID epoch = UUID.randomUUID();
    private final Instant base = FIRST_DAY.plus(Duration.ofDays(7L * TESTS.incrementAndGet()));
    private final StagingLayout layout = new StagingLayout(BUCKET, "it-" + epoch + "/");

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

    @AfterEach
    void everythingAddsUp() throws Exception {
        var findings = new ArrayList<Finding>();
        new Reconciler(
                        new BreakingSource(redshift.jdbcUrl(), At.NEVER),
                        new Reconciler.Search(List.of(), null),
                        Duration.ZERO,
                        InstantSource.system())
                .reconcile(base, base.plus(Duration.ofMinutes(90)), new Reconciler.Listener() {
                    @Override
                    public void minute(MinuteBalance balance, List<Finding> found) {
                        findings.addAll(found);
                    }

                    @Override
                    public void progress(String text) {}
                });
        assertThat(findings).isEmpty();
        assertThat(counted("loaded")).isEqualTo(rows("page_views") + rows("events") + rows("forgotten_rows"));
        assertThat(counted("bad")).isEqualTo(rows("bad_events"));
        assertThat(counted("repeated")).isEqualTo(rows("browser_repeats"));
    }

    @Test
    void move_putsRowsInThePlaceOfBadEvents_onceHoweverOften() throws Exception {
        List<Event> views = StagedEvents.pageViews(epoch, 0, 10, base);
        loadBad(views);
        String load = texts("SELECT DISTINCT load_id FROM bad_events WHERE ingest_epoch = '" + epoch + "'")
                .getFirst();
        Unit unit = unit(views.get(0), views.get(1).as(Table.EVENTS), StagedEvents.Event.pageView(epoch, 77, base));

        Moved moved = recovery(At.NEVER).move(List.of(unit));

        assertThat(moved.moved()).isEqualTo(Map.of("schema_invalid", 2L));
        assertThat(moved.rows()).isEqualTo(Map.of(Table.PAGE_VIEWS, 1L, Table.EVENTS, 1L));
        assertThat(seqs("page_views")).containsExactly("0");
        assertThat(seqs("events")).containsExactly("1");
        assertThat(seqs("bad_events")).hasSize(8).doesNotContain("0", "1");
        assertThat(texts("SELECT load_id FROM page_views WHERE ingest_epoch = '" + epoch + "'"))
                .containsExactly(load);
        Moved again = recovery(At.NEVER).move(List.of(unit));
        assertThat(again.moved()).isEmpty();
        assertThat(seqs("page_views")).containsExactly("0");
    }

    @ParameterizedTest
    @EnumSource(names = {"INSERT", "BEFORE_COMMIT", "AFTER_COMMIT"})
    void move_cutOff_isDoneOnceWhenItIsRunAgain(At at) throws Exception {
        List<Event> views = StagedEvents.pageViews(epoch, 0, 6, base);
        loadBad(views);
        Unit unit = unit(views.subList(0, 4).toArray(Event[]::new));
        assertThatThrownBy(() -> recovery(at).move(List.of(unit))).isInstanceOf(LoadFailure.class);
        assertThat(seqs("page_views")).hasSize(at == At.AFTER_COMMIT ? 4 : 0);
        assertThat(seqs("bad_events")).hasSize(at == At.AFTER_COMMIT ? 2 : 6);
        recovery(At.NEVER).move(List.of(unit));
        assertThat(seqs("page_views")).containsExactly("0", "1", "2", "3");
        assertThat(seqs("bad_events")).containsExactly("4", "5");
    }

    @Test
    void move_byTwoAtOnce_isDoneOnce() throws Exception {
        List<Event> views = StagedEvents.pageViews(epoch, 0, 50, base);
        loadBad(views);
        Unit one = unit(views.subList(0, 30).toArray(Event[]::new));
        Unit other = unit(views.subList(20, 50).toArray(Event[]::new));
        try (var threads = Executors.newFixedThreadPool(2)) {
            List<Callable<Moved>> both = List.of(
                    () -> recovery(At.NEVER).move(List.of(one)),
                    () -> recovery(At.NEVER).move(List.of(other)));
            long moved = 0;
            for (Future<Moved> done : threads.invokeAll(both)) {
                moved += done.get().moved().getOrDefault("schema_invalid", 0L);
            }
            assertThat(moved).isEqualTo(50);
        }
        assertThat(seqs("page_views")).hasSize(50).doesNotHaveDuplicates();
        assertThat(seqs("bad_events")).isEmpty();
    }

    @Test
    void move_ofARequestThatWasBadAsAWhole_bringsAllOfItsEvents() throws Exception {
        Event first = Event.pageView(epoch, 0, base);
        List<Event> ofRequest = List.of(
                first.as(Table.BAD_EVENTS),
                other(first, 1),
                other(first, 2).as(Table.EVENTS),
                other(first, 3).as(Table.BAD_EVENTS));
        load(List.of(first.as(Table.BAD_EVENTS)));

        Moved moved = recovery(At.NEVER).move(List.of(unit(ofRequest.toArray(Event[]::new))));

        assertThat(moved.moved()).isEqualTo(Map.of("parse", 1L));
        assertThat(moved.rows()).isEqualTo(Map.of(Table.PAGE_VIEWS, 1L, Table.EVENTS, 1L, Table.BAD_EVENTS, 2L));
        assertThat(indexes("page_views")).containsExactly("1");
        assertThat(indexes("events")).containsExactly("2");
        assertThat(indexes("bad_events")).containsExactly("0", "3");
    }

    @Test
    void move_ofASingleEvent_leavesItsNeighboursAlone() throws Exception {
        Event first = Event.pageView(epoch, 0, base);
        load(List.of(first));
        loadBad(List.of(other(first, 1), other(first, 2)));
        // A request's other events come along when nobody looked what was bad of it.
        recovery(At.NEVER)
                .move(List.of(unit(first, other(first, 1), other(first, 2).as(Table.BAD_EVENTS), other(first, 3))));
        assertThat(indexes("page_views")).containsExactly("0", "1");
        assertThat(indexes("bad_events")).containsExactly("2");
    }

    @Test
    void move_countsWhatABrowserHadSentBefore_asRepeated() throws Exception {
        List<Event> views = StagedEvents.pageViews(epoch, 0, 3, base);
        load(views.subList(0, 1));
        Event ofLoaded = views.get(0).sentAgain(10, base.plusSeconds(90));
        Event ofMoved = views.get(2).sentAgain(11, base.plusSeconds(91));
        loadBad(List.of(views.get(2), ofLoaded, ofMoved));

        Moved moved = recovery(At.NEVER).move(List.of(unit(ofMoved, views.get(2), ofLoaded)));

        assertThat(moved.moved()).isEqualTo(Map.of("schema_invalid", 3L));
        assertThat(moved.repeats()).isEqualTo(2);
        assertThat(seqs("page_views")).containsExactly("0", "2");
        assertThat(seqs("browser_repeats")).containsExactly("10", "11");
    }

    @Test
    void move_bringsNobodyBackWhoAskedToBeForgotten() throws Exception {
        List<Event> views = StagedEvents.pageViews(epoch, 0, 3, base);
        loadBad(views);
        var id = IdHash.of(IdKind.VISITOR, "visitor-" + epoch);
        String until = Session.timestamp(views.get(1).receivedAt());
        run("INSERT INTO forgotten (kind, id_hash, requested_at, erase_until, finished_at) VALUES ('visitor', '"
                + id.sha256() + "', '" + until + "', '" + until + "', '" + until + "')");

        Moved moved = recovery(At.NEVER).move(List.of(ofVisitor(views, "visitor-" + epoch)));

        assertThat(moved.erased()).isEqualTo(2);
        assertThat(seqs("page_views")).containsExactly("2");
        assertThat(seqs("forgotten_rows")).containsExactly("0", "1");
        assertThat(seqs("bad_events")).isEmpty();
        assertThat(texts("SELECT erased FROM forget_receipts WHERE id_hash = '" + id.sha256() + "'"))
                .containsExactly("2");
    }

    @Test
    void move_fillsTheUsersOwnColumns_andHasKeptDaysCountedAgain() throws Exception {
        var own = new ExtraColumns(List.of(new ExtraColumn("first_a", "VARCHAR(8)", "a[0]", Set.of(Table.PAGE_VIEWS))));
        own.addTo(warehouse(At.NEVER));
        try {
            List<Event> views = StagedEvents.pageViews(epoch, 0, 4, base);
            loadBad(views);
            refreshDays();
            recovery(At.NEVER).move(List.of(unit(views.toArray(Event[]::new))));
            assertThat(texts("SELECT first_a FROM page_views WHERE ingest_epoch = '" + epoch + "'"))
                    .containsExactly("1", "1", "1", "1");
            assertThat(texts("SELECT COUNT(*) FROM page_views_daily_open WHERE view_date = CAST('"
                            + Session.timestamp(base) + "' AS DATE)"))
                    .containsExactly("1");
        } finally {
            run("ALTER TABLE page_views DROP COLUMN first_a");
        }
    }

    @Test
    void move_leavesBadWhatTheWarehouseRefuses_andMovesTheRest() throws Exception {
        List<Event> views = StagedEvents.pageViews(epoch, 0, 20, base);
        loadBad(views);
        var lines = new ArrayList<String>();
        for (Event view : views) {
            String csv = StagedEvents.csv(view);
            lines.add(view.seq() < 15 ? csv.replace("ünder", "x".repeat(2_000)) : csv);
        }
        BatchDescriptor batch = new StagedEvents(s3, layout)
                .stage("shard-" + UUID.randomUUID(), 0, views, Map.of(Table.PAGE_VIEWS, lines));

        Moved moved = recovery(At.NEVER).move(List.of(asUnit(batch)));

        assertThat(moved.moved()).isEqualTo(Map.of("schema_invalid", 5L));
        assertThat(moved.leftOut()).isEmpty();
        assertThat(seqs("page_views")).containsExactly("15", "16", "17", "18", "19");
        assertThat(seqs("bad_events")).hasSize(15);
        assertThat(texts("SELECT DISTINCT reason FROM bad_events WHERE ingest_epoch = '" + epoch + "'"))
                .containsExactly("schema_invalid");
    }

    @Test
    void load_ofABadEventThatWasMovedMeanwhile_doesNotBringItBack() throws Exception {
        List<Event> views = StagedEvents.pageViews(epoch, 0, 4, base);
        loadBad(views);
        Event repeat = views.get(1).sentAgain(9, base.plusSeconds(1));
        loadBad(List.of(repeat));
        recovery(At.NEVER)
                .move(List.of(unit(views.get(0), views.get(1), views.get(2).as(Table.EVENTS), repeat)));
        // Whoever held the shard before had staged them too.
        loadBad(List.of(views.get(0), views.get(2), views.get(3), repeat));
        assertThat(seqs("bad_events")).containsExactly("3");
        assertThat(seqs("browser_repeats")).containsExactly("9");
    }

    @Test
    void move_ofWhatIsThereAlready_takesTheBadEventAway() throws Exception {
        List<Event> views = StagedEvents.pageViews(epoch, 0, 2, base);
        loadBad(views);
        // Staged again by a newer release, which knew how to read it.
        load(views.subList(0, 1));
        Moved moved = recovery(At.NEVER).move(List.of(unit(views.get(0))));
        assertThat(moved.moved()).isEqualTo(Map.of("schema_invalid", 1L));
        assertThat(seqs("page_views")).containsExactly("0");
        assertThat(seqs("bad_events")).containsExactly("1");
    }

    @Test
    void move_bringsNoCountsBackThatWereDeletedWithTheirAge() throws Exception {
        List<Event> views = StagedEvents.pageViews(epoch, 0, 2, base);
        loadBad(views);
        // Of the same minute, and another node's.
        load(List.of(Event.pageView(UUID.randomUUID(), 0, base)));
        run("DELETE FROM audit_buckets WHERE ingest_epoch = '" + epoch + "'");
        recovery(At.NEVER).move(List.of(unit(views.get(0))));
        assertThat(seqs("page_views")).containsExactly("0");
        assertThat(texts("SELECT COUNT(*) FROM audit_buckets WHERE ingest_epoch = '" + epoch + "'"))
                .containsExactly("0");
        run("DELETE FROM page_views WHERE ingest_epoch = '" + epoch + "'");
        run("DELETE FROM bad_events WHERE ingest_epoch = '" + epoch + "'");
    }

    @Test
    void badEvents_areReadByReasonStageAndTime() throws Exception {
        load(List.of(Event.pageView(epoch, 0, base).as(Table.BAD_EVENTS)));
        loadBad(List.of(
                Event.pageView(epoch, 1, base),
                Event.pageView(epoch, 2, base.plus(Duration.ofHours(3))).withIndex(-1)));
        var all = new BadSelection(base, base.plus(Duration.ofDays(1)), Set.of(), Set.of(), Set.of());
        Recovery recovery = recovery(At.NEVER);
        Instant hour = Instant.parse(base.toString().substring(0, 13) + ":00:00Z");

        assertThat(recovery.hours(all)).containsExactly(hour, hour.plus(Duration.ofHours(3)));
        assertThat(recovery.inHour(all, hour))
                .containsExactlyInAnyOrder(
                        new BadEvent(base, epoch.toString(), 0, 0, "parse", "parse"),
                        new BadEvent(base.plusMillis(1), epoch.toString(), 1, 0, "validate", "schema_invalid"));
        assertThat(recovery.inHour(all, hour.plus(Duration.ofHours(3))))
                .extracting(BadEvent::index)
                .containsExactly(-1);
        assertThat(recovery.count(all)).isEqualTo(Map.of("parse", 1L, "schema_invalid", 2L));
        assertThat(recovery.count(with(Set.of("parse"), Set.of(), Set.of()))).isEqualTo(Map.of("parse", 1L));
        assertThat(recovery.count(with(Set.of(), Set.of("parse"), Set.of()))).isEqualTo(Map.of("schema_invalid", 2L));
        assertThat(recovery.count(with(Set.of(), Set.of(), Set.of("validate"))))
                .isEqualTo(Map.of("schema_invalid", 2L));
        assertThat(recovery.count(new BadSelection(base, base.plusMillis(1), Set.of(), Set.of(), Set.of())))
                .isEqualTo(Map.of("parse", 1L));
    }

    private BadSelection with(Set<String> reasons, Set<String> without, Set<String> stages) {
        return new BadSelection(base, base.plus(Duration.ofDays(1)), reasons, without, stages);
    }

    private static Event other(Event event, int index) {
        UUID id = UUID.nameUUIDFromBytes((event.id() + "/" + index).getBytes(StandardCharsets.UTF_8));
        return new Event(event.table(), id, event.fingerprint(), event.epoch(), event.seq(), index, event.receivedAt());
    }

    /** As events that broke their schema. */
    private void loadBad(List<Event> events) throws Exception {
        load(events.stream().map(event -> event.as(Table.BAD_EVENTS)).toList());
        for (Event event : events) {
            run("UPDATE bad_events SET stage = 'validate', reason = 'schema_invalid' WHERE ingest_epoch = '" + epoch
                    + "' AND ingest_seq = " + event.seq() + " AND COALESCE(ingest_index, -1) = " + event.index());
        }
    }

    private void load(List<Event> events) throws Exception {
        new RedshiftLoader(
                        warehouse(At.NEVER),
                        new S3BatchStore(s3, layout),
                        layout,
                        new RedshiftLoader.Settings("default", Duration.ofDays(1), ExtraColumns.NONE),
                        InstantSource.system())
                .load(List.of(stage(events)));
    }

    private BatchDescriptor stage(List<Event> events) throws Exception {
        return new StagedEvents(s3, layout).stage("shard-" + UUID.randomUUID(), 0, events);
    }

    private Unit unit(Event... events) throws Exception {
        return asUnit(stage(List.of(events)));
    }

    private Unit ofVisitor(List<Event> views, String visitor) throws Exception {
        int column = Table.PAGE_VIEWS.stagedColumns().indexOf(Columns.VISITOR_ID);
        List<String> lines = views.stream()
                .map(view -> {
                    String[] cells = StagedEvents.csv(view).split(",", -1);
                    cells[column] = visitor;
                    return String.join(",", cells);
                })
                .toList();
        return asUnit(new StagedEvents(s3, layout)
                .stage("shard-" + UUID.randomUUID(), 0, views, Map.of(Table.PAGE_VIEWS, lines)));
    }

    private static Unit asUnit(BatchDescriptor batch) {
        return new Unit("unit-" + UUID.randomUUID(), batch.minReceivedAt(), batch.maxReceivedAt(), batch.files());
    }

    private Recovery recovery(At at) {
        return new Recovery(warehouse(at), new S3RecoveryPlace(s3, layout, "default"), InstantSource.system());
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

    private List<String> seqs(String table) throws Exception {
        return texts("SELECT ingest_seq FROM " + table + " WHERE ingest_epoch = '" + epoch + "' ORDER BY ingest_seq");
    }

    private List<String> indexes(String table) throws Exception {
        return texts(
                "SELECT ingest_index FROM " + table + " WHERE ingest_epoch = '" + epoch + "' ORDER BY ingest_index");
    }

    private long rows(String table) throws Exception {
        return seqs(table).size();
    }

    private long counted(String stage) throws Exception {
        return Long.parseLong(texts("SELECT COALESCE(SUM(n), 0) FROM audit_buckets WHERE ingest_epoch = '" + epoch
                        + "' AND stage = '" + stage + "'")
                .getFirst());
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
