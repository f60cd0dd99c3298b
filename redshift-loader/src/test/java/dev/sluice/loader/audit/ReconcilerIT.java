package dev.sluice.loader.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.common.EncodedHit;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.PrivacySignal;
import dev.sluice.common.RawHit;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.RowDraft;
import dev.sluice.common.table.Table;
import dev.sluice.loader.audit.Finding.EventOfHit;
import dev.sluice.loader.audit.Finding.Kind;
import dev.sluice.loader.audit.Sighting.Place;
import dev.sluice.loader.load.MigratedWarehouse;
import dev.sluice.loader.staging.BatchDescriptor;
import dev.sluice.loader.staging.BatchDescriptor.Range;
import dev.sluice.loader.staging.BatchDescriptor.StagedFile;
import dev.sluice.loader.staging.CsvFile;
import dev.sluice.loader.staging.StagingLayout;
import dev.sluice.loader.staging.archive.ArchiveLayout;
import dev.sluice.loader.staging.archive.ArchiveObject;
import dev.sluice.loader.staging.archive.ArchivedRecord;
import dev.sluice.loader.staging.archive.ArchivedRecords;
import dev.sluice.local.redshift.LocalRedshift;
import dev.sluice.local.redshift.RedshiftSettings;
import dev.sluice.local.s3.LocalS3;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** What a reconciliation says of books that were kept by hand, and of what lies in S3. Each test has an hour of its own. */
@Timeout(120)
class ReconcilerIT {
    private static final String BUCKET = "reconciler-it";
    private static final Instant DAY = Instant.parse("2026-11-20T00:00:30Z");
    private static final Duration GRACE = Duration.ofMinutes(5);

    private static int hours;
    private static LocalS3 localS3;
    private static LocalRedshift redshift;
    private static HikariDataSource source;
    private static S3Client s3;

    private final Instant start = DAY.plus(Duration.ofHours(hours++));
    private final List<MinuteBalance> minutes = new ArrayList<>();
    private Instant now = start.plus(Duration.ofMinutes(40));
    private KnownBooks books;
    private StagingLayout layout;
    private ArchiveLayout archive;

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
        source = MigratedWarehouse.at(redshift.jdbcUrl());
    }

    @BeforeEach
    void newEpoch() {
        books = new KnownBooks(source, start);
        layout = new StagingLayout(BUCKET, "it-" + books.epoch + "/");
        archive = new ArchiveLayout(BUCKET, layout.prefix());
    }

    @AfterAll
    static void stop() throws Exception {
        s3.close();
        source.close();
        redshift.close();
        localS3.close();
    }

    @Test
    void reconcile_addsUpMinuteByMinute() throws Exception {
        books.accept(0, 99, false).load(0, 49).repeat(50).load(51, 99);
        Reconciliation found = reconcile();
        assertThat(found.isSound()).isTrue();
        assertThat(minutes)
                .containsExactly(
                        new MinuteBalance(books.epoch, start.minusSeconds(30), 30, 30, 30, 30, 0, 0, 0, 0),
                        new MinuteBalance(books.epoch, start.plusSeconds(30), 60, 60, 60, 59, 0, 1, 0, 0),
                        new MinuteBalance(books.epoch, start.plusSeconds(90), 10, 10, 10, 10, 0, 0, 0, 0));
        assertThat(found.totals()).isEqualTo(new Reconciliation.Totals(3, 100, 100, 99, 0, 1, 0));
    }

    @Test
    void reconcile_takesYoungHitsForOnTheirWay() throws Exception {
        books.accept(0, 99, false).load(0, 79);
        now = books.received(110);
        Reconciliation found = reconcile();
        assertThat(found.isSound()).isTrue();
        assertThat(found.totals().inFlight()).isEqualTo(20);
        assertThat(found.inFlight())
                .containsExactly(new Finding(
                        Kind.LATE_HITS,
                        books.epoch,
                        start.plusSeconds(30),
                        20,
                        List.of(new SeqRange(80, 99)),
                        List.of()));
    }

    @Test
    void reconcile_saysOfAHitThatIsNowhereThatItIs() throws Exception {
        books.accept(0, 99, false).load(0, 39).load(42, 99);
        Reconciliation found = reconcile();
        assertThat(found.findings())
                .containsExactly(Finding.ofHits(books.epoch, start.plusSeconds(30), List.of(new SeqRange(40, 41))));
        assertThat(found.sightings().of(books.epoch, 40)).isEmpty();
    }

    @Test
    void reconcile_findsHitsThatWereLostTogetherWithTheRecordThatTellsOfThem() throws Exception {
        books.accept(0, 49, false).load(0, 49).accept(60, 99, false).load(60, 99);
        assertThat(reconcile().findings())
                .containsExactly(Finding.ofHits(books.epoch, start.plusSeconds(30), List.of(new SeqRange(50, 59))));
    }

    @Test
    void reconcile_missesNothingWhereOnlyTheRecordThatTellsOfHitsWasLost() throws Exception {
        books.accept(0, 29, false).accept(90, 99, false).load(0, 99);
        assertThat(reconcile().findings()).isEmpty();
    }

    @Test
    void reconcile_findsAHitInABatchThatWaits_andTakesItForOnItsWay() throws Exception {
        books.accept(0, 99, false).load(0, 89);
        stage(90, 99, true);
        Reconciliation found = reconcile();
        assertThat(found.isSound()).isTrue();
        assertThat(found.waiting()).isEqualTo(10);
        assertThat(found.sightings().of(books.epoch, 95))
                .extracting(Sighting::place)
                .containsExactly(Place.WAITING);
    }

    @Test
    void reconcile_findsAHitWhoseDescriptorWasDeletedBeforeItWasLoaded() throws Exception {
        books.accept(0, 99, false).load(0, 89);
        StagedFile file = stage(90, 99, false);
        Reconciliation found = reconcile();
        assertThat(found.findings())
                .extracting(Finding::kind, Finding::count, Finding::ids)
                .containsExactly(tuple(Kind.MISSING_HITS, 10L, "90-99"));
        assertThat(found.sightings().of(books.epoch, 95)).containsExactly(new Sighting(Place.STAGED, file.key()));
    }

    @Test
    void reconcile_findsAHitWhoseStagedFileWasDeletedInTheArchive() throws Exception {
        books.accept(0, 99, false).load(0, 89);
        StagedFile file = stage(90, 99, true);
        s3.deleteObject(delete -> delete.bucket(BUCKET).key(file.key()));
        String key = archive(90, hits(90, 99, 1));
        Reconciliation found = reconcile();
        assertThat(found.isSound()).isFalse();
        assertThat(found.sightings().of(books.epoch, 99))
                .containsExactly(new Sighting(Place.ARCHIVE, key + ", record 90"));
        assertThat(found.sightings().notes()).singleElement().asString().contains("its file is gone", file.key());
    }

    @Test
    void reconcile_namesADoubledRowAndADeletedOne() throws Exception {
        books.accept(0, 99, false).load(0, 99).loadEvent(7, 1).loadEvent(7, 2);
        books.insert(12, 0).delete(33, 0).delete(7, 1);
        assertThat(reconcile().findings())
                .containsExactlyInAnyOrder(
                        Finding.ofEvents(
                                Kind.MISSING_EVENTS,
                                books.epoch,
                                start.minusSeconds(30),
                                1,
                                List.of(new EventOfHit(7, 1))),
                        Finding.ofEvents(
                                Kind.DOUBLED, books.epoch, start.minusSeconds(30), 1, List.of(new EventOfHit(12, 0))),
                        Finding.ofHits(books.epoch, start.plusSeconds(30), List.of(new SeqRange(33, 33))));
    }

    @Test
    void reconcile_namesTheLastEventOfAHitByTheArchive() throws Exception {
        books.accept(0, 9, false).load(0, 9).loadEvent(7, 1).delete(7, 1);
        archive(0, hits(0, 6, 1));
        archive(7, hits(7, 7, 2));
        archive(8, hits(8, 9, 1));
        assertThat(reconcile().findings())
                .containsExactly(Finding.ofEvents(
                        Kind.MISSING_EVENTS, books.epoch, start.minusSeconds(30), 1, List.of(new EventOfHit(7, 1))));
    }

    private Reconciliation reconcile() throws Exception {
        var archived = new S3ArchivedHits(s3, archive, () -> now);
        var search = new Reconciler.Search(
                List.of(new S3StagedHits(s3, layout, source), archived),
                new LastEvents(source, archived, hit -> hit.body().length));
        return new Reconciler(source, search, GRACE, () -> now)
                .reconcile(start.minusSeconds(30), now, new Reconciler.Listener() {
                    @Override
                    public void minute(MinuteBalance balance, List<Finding> findings) {
                        minutes.add(balance);
                    }

                    @Override
                    public void progress(String text) {}
                });
    }

    /** As a consumer does it; without the descriptor, as it is after somebody deleted that. */
    private StagedFile stage(long first, long last, boolean withDescriptor) throws Exception {
        byte[] gzip;
        try (var file = new CsvFile(Table.PAGE_VIEWS)) {
            for (long seq = first; seq <= last; seq++) {
                file.append(row(seq));
            }
            gzip = file.finish().gzip();
        }
        var range = new Range("shard-0", Long.toString(first), Long.toString(last));
        String key = layout.dataKey(range, "hash", Table.PAGE_VIEWS);
        s3.putObject(put -> put.bucket(BUCKET).key(key), RequestBody.fromBytes(gzip));
        var staged = new StagedFile(Table.PAGE_VIEWS, key, last - first + 1, gzip.length, CsvFile.sha256(gzip));
        var batch = new BatchDescriptor(
                BatchDescriptor.VERSION,
                StagingLayout.batchId(range.shard(), range.first(), range.last()),
                range,
                books.received(first),
                books.received(last),
                "test",
                "",
                List.of(staged));
        if (withDescriptor) {
            s3.putObject(
                    put -> put.bucket(BUCKET).key(layout.waitingKey(batch.batchId())),
                    RequestBody.fromBytes(batch.toJson()));
        }
        return staged;
    }

    private Row row(long seq) {
        var draft = new RowDraft()
                .set(Columns.RECEIVED_AT, books.received(seq))
                .set(Columns.OCCURRED_AT, books.received(seq))
                .set(Columns.ENRICHED_AT, books.received(seq))
                .set(Columns.EVENT_ID, UUID.randomUUID().toString())
                .set(Columns.EVENT_TYPE, "page_view")
                .set(Columns.PAGE_TITLE, "a \"title\",\nin two lines")
                .set(Columns.EVENT_FINGERPRINT, "f".repeat(32))
                .set(Columns.ENRICH_VERSION, "test")
                .set(Columns.IS_ANONYMOUS, false)
                .set(Columns.IS_BOT, false)
                .set(Columns.IS_TRUNCATED, false)
                .set(Columns.INGEST_EPOCH, books.epoch)
                .set(Columns.INGEST_SEQ, seq)
                .set(Columns.INGEST_INDEX, 0);
        return draft.toRow(Table.PAGE_VIEWS);
    }

    /** Hits with as many bytes as they have events. */
    private List<EncodedHit> hits(long first, long last, int events) {
        return LongStream.rangeClosed(first, last)
                .mapToObj(seq -> FrameCodec.encodeHit(new RawHit(
                        books.received(seq),
                        new RawHit.Visitor("203.0.113.1", "", false, PrivacySignal.NONE),
                        RawHit.Method.POST,
                        "/",
                        "",
                        Map.of(),
                        new byte[events])))
                .toList();
    }

    private String archive(long first, List<EncodedHit> hits) {
        byte[] frame = FrameCodec.encode(UUID.fromString(books.epoch), first, hits);
        String number = Long.toString(first);
        var record = new ArchivedRecord("shard-0", number, "key", books.received(first), frame);
        var object = new ArchiveObject(
                "shard-0", number, number, record.arrivedAt(), List.of(ArchivedRecords.encode(record)));
        s3.putObject(
                put -> put.bucket(BUCKET).key(archive.key(object)),
                RequestBody.fromBytes(object.records().getFirst()));
        return archive.key(object);
    }
}
