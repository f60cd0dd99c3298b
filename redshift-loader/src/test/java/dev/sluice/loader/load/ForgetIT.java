package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.common.Backoff;
import dev.sluice.common.Frame;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.PrivacySignal;
import dev.sluice.common.RawHit;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.RowDraft;
import dev.sluice.common.table.Table;
import dev.sluice.loader.forget.Forget;
import dev.sluice.loader.forget.Receipt;
import dev.sluice.loader.identity.IdHash;
import dev.sluice.loader.identity.IdKind;
import dev.sluice.loader.load.BreakingSource.At;
import dev.sluice.loader.staging.BatchLimits;
import dev.sluice.loader.staging.RetryPause;
import dev.sluice.loader.staging.RowBatchCollector;
import dev.sluice.loader.staging.S3StagedErasure;
import dev.sluice.loader.staging.S3StagingSink;
import dev.sluice.loader.staging.StagingLayout;
import dev.sluice.loader.staging.StagingMetrics;
import dev.sluice.loader.staging.archive.ArchiveLayout;
import dev.sluice.loader.staging.archive.ArchiveMetrics;
import dev.sluice.loader.staging.archive.ArchiveReader;
import dev.sluice.loader.staging.archive.ArchivedRecord;
import dev.sluice.loader.staging.archive.S3ArchiveErasure;
import dev.sluice.loader.staging.archive.S3ArchiveSink;
import dev.sluice.loader.staging.archive.ShardArchives;
import dev.sluice.local.redshift.LocalRedshift;
import dev.sluice.local.redshift.RedshiftSettings;
import dev.sluice.local.s3.LocalS3;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A visitor in every place there is, and a neighbour beside them in each, on the local Redshift and S3. Each test has an ingest
 * epoch, a prefix and people of its own.
 */
@Timeout(300)
class ForgetIT {
    private static final String BUCKET = "forget-it";
    private static final Instant BASE = Instant.parse("2026-11-23T09:59:30.123456Z");
    private static final Duration IN_FLIGHT = Duration.ofDays(2);

    private static LocalS3 localS3;
    private static LocalRedshift redshift;
    private static S3Client s3;

    private final UUID epoch = UUID.randomUUID();
    private final String shard = "shard-" + epoch;
    private final StagingLayout layout = new StagingLayout(BUCKET, "it-" + epoch + "/");
    private final ArchiveLayout archive = new ArchiveLayout(BUCKET, layout.prefix());
    private final String me = UUID.randomUUID().toString();
    private final String neighbour = UUID.randomUUID().toString();
    private final IdHash id = IdHash.of(IdKind.VISITOR, me);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final LoadPass pass = pass();

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
    void dryRun_countsAndChangesNothing() throws Exception {
        arrive(0);
        pass.run();
        Receipt counted = forget(s3, At.NEVER, Instant.now()).dryRun(id);
        assertThat(counted.places())
                .isEqualTo(Map.of("page_views", 2L, "events", 1L, "bad_events", 1L, "archive", 4L, "staged", 3L));
        assertThat(count("forgotten WHERE id_hash = '" + id.sha256() + "'")).isZero();
        assertThat(rows()).isEqualTo(8);
    }

    @Test
    void run_leavesNoByteOfTheVisitor_andFinishTakesWhatCameAfterIt() throws Exception {
        arrive(0);
        pass.run();
        // Waits: the loader takes it while the run is under way.
        arrive(100);
        Receipt receipt;
        try (var _ = new RunningLoader()) {
            receipt = forget(s3, At.NEVER, Instant.now()).run(id);
        }
        assertThat(receipt.isEverythingErased()).isTrue();
        assertThat(receipt.finished()).isFalse();
        assertThat(receipt.places())
                .isEqualTo(Map.of("page_views", 4L, "events", 2L, "bad_events", 2L, "archive", 8L, "staged", 6L));
        assertNothingIsLeft();
        assertNeighboursAreUntouched(2);

        // On the way when the request came: nobody ever sees the rows.
        arrive(200);
        pass.run();
        assertThat(rows()).isEqualTo(3 * 4);
        assertThat(count("forgotten_rows WHERE ingest_epoch = '" + epoch + "'")).isEqualTo(3 * 4);

        List<Receipt> none = forget(s3, At.NEVER, Instant.now()).finish();
        assertThat(none).isEmpty();
        Instant later = Instant.now().plus(IN_FLIGHT).plusSeconds(60);
        List<Receipt> finished = forget(s3, At.NEVER, later).finish();
        assertThat(finished)
                .filteredOn(Receipt::finished)
                .extracting(Receipt::idHash)
                .contains(id.sha256());
        assertNothingIsLeft();
        assertNeighboursAreUntouched(3);
        assertThat(forget(s3, At.NEVER, later).finish()).isEmpty();
        assertThat(number("SELECT SUM(erased) FROM forget_receipts WHERE id_hash = '" + id.sha256() + "'"))
                .isEqualTo(3 * (4 + 4 + 3));
    }

    /** Killed at its first call of S3, then at its second, and so on, until it gets through; connections are cut at commits. */
    @Test
    void run_goesOnWhereverItDied() throws Exception {
        arrive(0);
        pass.run();
        arrive(100);
        pass.run();
        int deaths = 0;
        Receipt receipt = null;
        while (receipt == null) {
            At cut = deaths < 2 ? At.BEFORE_COMMIT : deaths < 4 ? At.AFTER_COMMIT : At.NEVER;
            try {
                receipt = forget(dyingAtCall(deaths + 1), cut, Instant.now()).run(id);
            } catch (Killed | LoadFailure _) {
                deaths++;
            }
        }
        assertThat(deaths).isGreaterThan(10);
        assertNothingIsLeft();
        assertNeighboursAreUntouched(2);
        // Rows are erased and counted in one transaction; of files, a death can lose the count of one.
        assertThat(receipt.places())
                .containsEntry("page_views", 4L)
                .containsEntry("events", 2L)
                .containsEntry("bad_events", 2L);
        assertThat(count("forgotten WHERE id_hash = '" + id.sha256() + "'")).isEqualTo(1);
    }

    @Test
    void run_leavesFilesOfABatchThatNobodyLoads_andSaysSo() throws Exception {
        arrive(0);
        Receipt receipt = forget(s3, At.NEVER, Instant.now()).run(id);
        assertThat(receipt.filesOfWaitingBatches()).isEqualTo(3);
        assertThat(receipt.isEverythingErased()).isFalse();
        assertThat(pass.run()).isFalse();
        assertThat(forget(s3, At.NEVER, Instant.now()).run(id).isEverythingErased())
                .isTrue();
        assertNothingIsLeft();
        assertNeighboursAreUntouched(1);
    }

    /** Two page views, an event and a bad event of each of us: archived, and staged in one batch. */
    private void arrive(long firstSeq) throws Exception {
        var hits = new ArrayList<RawHit>();
        var rows = new ArrayList<Row>();
        for (String person : List.of(me, neighbour)) {
            for (Table table : List.of(Table.PAGE_VIEWS, Table.PAGE_VIEWS, Table.EVENTS, Table.BAD_EVENTS)) {
                long seq = firstSeq + hits.size();
                hits.add(hit(person, seq));
                rows.add(row(table, person, seq));
            }
        }
        var collector = new RowBatchCollector(shard, new BatchLimits(IN_FLIGHT, 1_000_000, 1000), System::nanoTime);
        collector.add(Long.toString(firstSeq), rows);
        collector.add(Long.toString(firstSeq + 7), List.of());
        try (var pause = new RetryPause(new Backoff(IN_FLIGHT, IN_FLIGHT), new Random(1))) {
            new S3StagingSink(s3, layout, new StagingMetrics(registry), pause).stage(collector.close());
            var metrics = new ArchiveMetrics(registry);
            var archives = new ShardArchives(
                    new S3ArchiveSink(s3, archive, metrics, pause),
                    new ShardArchives.Limits(1 << 20, IN_FLIGHT, 1 << 20),
                    metrics,
                    System::nanoTime);
            var open = archives.open(shard);
            try {
                // In two frames, and beside them something that is none.
                open.add(archived(firstSeq, FrameCodec.encode(new Frame(epoch, firstSeq, hits.subList(0, 3)))));
                open.add(archived(firstSeq + 3, FrameCodec.encode(new Frame(epoch, firstSeq + 3, hits.subList(3, 8)))));
                open.add(archived(firstSeq + 9, ("no frame " + neighbour).getBytes(StandardCharsets.UTF_8)));
                open.write();
            } finally {
                open.close();
            }
        }
    }

    private ArchivedRecord archived(long sequence, byte[] data) {
        return new ArchivedRecord(shard, Long.toString(sequence), "key", BASE.plusMillis(sequence), data);
    }

    private RawHit hit(String person, long seq) {
        boolean posted = seq % 2 == 0;
        String body = "{\"data\": [{\"e\": \"pv\", \"duid\": \"" + person + "\"}]}";
        return new RawHit(
                BASE.plusMillis(seq),
                new RawHit.Visitor("", RawHit.Visitor.NO_NETWORK_ID, false, PrivacySignal.NONE),
                posted ? RawHit.Method.POST : RawHit.Method.GET,
                "/i",
                posted ? "" : "e=pv&duid=" + person,
                Map.of("host", "example.org"),
                posted ? body.getBytes(StandardCharsets.UTF_8) : new byte[0]);
    }

    private Row row(Table table, String person, long seq) {
        Instant at = BASE.plusMillis(seq);
        var draft = new RowDraft()
                .set(Columns.RECEIVED_AT, at)
                .set(Columns.INGEST_EPOCH, epoch.toString())
                .set(Columns.INGEST_SEQ, seq);
        if (table == Table.BAD_EVENTS) {
            return draft.set(Columns.STAGE, "parse")
                    .set(Columns.REASON, "x")
                    .set(Columns.RAW, "GET /i?e=zz&duid=" + person + "&x=1")
                    .toRow(table);
        }
        return draft.set(Columns.EVENT_ID, UUID.randomUUID().toString())
                .set(Columns.EVENT_TYPE, "x")
                .set(Columns.OCCURRED_AT, at)
                .set(Columns.ENRICHED_AT, at)
                .set(Columns.VISITOR_ID, person)
                .set(Columns.PAGE_URL, "https://example.org/?of=" + person)
                .set(Columns.IS_ANONYMOUS, false)
                .set(Columns.IS_BOT, false)
                .set(Columns.IS_TRUNCATED, false)
                .set(Columns.EVENT_FINGERPRINT, "f".repeat(32))
                .set(Columns.INGEST_INDEX, 0)
                .set(Columns.ENRICH_VERSION, "1")
                .toRow(table);
    }

    private Forget forget(S3Client client, At cut, Instant now) {
        return new Forget(
                new WarehouseErasure(warehouse(cut), InstantSource.fixed(now)),
                new S3ArchiveErasure(client, archive),
                new S3StagedErasure(client, layout),
                new Forget.Pace(IN_FLIGHT, Duration.ofSeconds(5), Duration.ofMillis(100), System::nanoTime));
    }

    private LoadPass pass() {
        var metrics = new LoaderMetrics(registry, InstantSource.system());
        var store = new S3BatchStore(s3, layout);
        return new LoadPass(
                new WaitingBatches(store, metrics, 10),
                new BatchSelection(
                        new BatchSelection.Limits(10, 10_000, 1),
                        new Backoff(Duration.ofMinutes(1), Duration.ofMinutes(1)),
                        System::nanoTime,
                        new Random(1)),
                new RedshiftLoader(
                        warehouse(At.NEVER),
                        store,
                        layout,
                        new RedshiftLoader.Settings("default", Duration.ofDays(1), ExtraColumns.NONE),
                        InstantSource.system()),
                metrics,
                System::nanoTime);
    }

    /** Makes passes until it is closed. */
    private final class RunningLoader implements AutoCloseable {
        private volatile boolean stop;
        private final Thread thread = Thread.ofPlatform().start(() -> {
            while (!stop) {
                try {
                    pass.run();
                    Thread.sleep(50);
                } catch (LoadFailure | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        });

        @Override
        public void close() {
            stop = true;
            await().until(() -> !thread.isAlive());
        }
    }

    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** The n-th call and all after it fail; every other time what the n-th call was to do is done. */
    private static S3Client dyingAtCall(int n) {
        var calls = new AtomicInteger();
        return (S3Client) Proxy.newProxyInstance(
                ForgetIT.class.getClassLoader(), new Class<?>[] {S3Client.class}, (_, method, arguments) -> {
                    int call = calls.incrementAndGet();
                    if (call > n || (call == n && n % 2 == 0)) {
                        throw new Killed();
                    }
                    try {
                        Object answer = method.invoke(s3, arguments);
                        if (call == n) {
                            throw new Killed();
                        }
                        return answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void assertNothingIsLeft() throws Exception {
        for (Table table : Table.values()) {
            String name = table.tableName();
            assertThat(count(name + " t WHERE CAST(t AS VARCHAR) LIKE '%" + me + "%'"))
                    .as(name)
                    .isZero();
        }
        for (S3Object object : s3.listObjectsV2Paginator(
                        request -> request.bucket(BUCKET).prefix(layout.prefix()))
                .contents()) {
            assertThat(readable(object.key())).as(object.key()).doesNotContain(me);
        }
    }

    /** All that the neighbour ever sent is where it was, and what is archived still has every number. */
    private void assertNeighboursAreUntouched(int arrivals) throws Exception {
        assertThat(rows()).isEqualTo(arrivals * 4L);
        var seqs = new ArrayList<Long>();
        int theirs = 0;
        int records = 0;
        for (S3Object object : s3.listObjectsV2Paginator(
                        request -> request.bucket(BUCKET).prefix(archive.root()))
                .contents()) {
            for (ArchivedRecord record : records(object.key())) {
                records++;
                if (new String(record.data(), StandardCharsets.UTF_8).startsWith("no frame")) {
                    assertThat(record.data()).asString(StandardCharsets.UTF_8).contains(neighbour);
                    continue;
                }
                Frame frame = FrameCodec.decode(record.data());
                for (int i = 0; i < frame.hits().size(); i++) {
                    seqs.add(frame.idOf(i).seq());
                    RawHit hit = frame.hits().get(i);
                    assertThat(hit.receivedAt())
                            .isEqualTo(BASE.plusMillis(frame.idOf(i).seq()));
                    theirs += hit.isForgotten() ? 0 : 1;
                }
            }
        }
        assertThat(records).isEqualTo(arrivals * 3);
        assertThat(seqs).doesNotHaveDuplicates().hasSize(arrivals * 8);
        assertThat(theirs).isEqualTo(arrivals * 4);
    }

    private List<ArchivedRecord> records(String key) throws Exception {
        var records = new ArrayList<ArchivedRecord>();
        try (var reader = new ArchiveReader(new ByteArrayInputStream(bytes(key)))) {
            for (Optional<ArchivedRecord> next = reader.next(); next.isPresent(); next = reader.next()) {
                records.add(next.get());
            }
        }
        return records;
    }

    /** An object's content with nothing packed in it. */
    private String readable(String key) throws Exception {
        if (key.endsWith(".gz")) {
            try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes(key)))) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
        var text = new StringBuilder(new String(bytes(key), StandardCharsets.UTF_8));
        if (key.endsWith(".records")) {
            for (ArchivedRecord record : records(key)) {
                String data = new String(record.data(), StandardCharsets.UTF_8);
                text.append(data);
                if (!data.startsWith("no frame")) {
                    FrameCodec.decode(record.data())
                            .hits()
                            .forEach(hit -> text.append(hit).append(new String(hit.body(), StandardCharsets.UTF_8)));
                }
            }
        }
        return text.toString();
    }

    private static byte[] bytes(String key) {
        return s3.getObjectAsBytes(request -> request.bucket(BUCKET).key(key)).asByteArray();
    }

    private long rows() throws Exception {
        long rows = 0;
        for (Table table : Table.facts()) {
            rows += count(table.tableName() + " WHERE ingest_epoch = '" + epoch + "'");
        }
        return rows;
    }

    private static long count(String from) throws Exception {
        return number("SELECT COUNT(*) FROM " + from);
    }

    private static long number(String sql) throws Exception {
        try (Session session = warehouse(At.NEVER).open()) {
            return session.number(sql);
        }
    }

    private static Warehouse warehouse(At at) {
        return new Warehouse(new BreakingSource(redshift.jdbcUrl(), at));
    }
}
