package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.AuditCodec;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.RawHit;
import dev.sluice.loader.staging.archive.ArchiveReader;
import dev.sluice.loader.staging.archive.ArchivedRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ScalingType;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Two consumers share a stream while things go wrong: they die, freeze, are replaced; shards split and merge; DynamoDB and S3 go away. After
 * each, every acknowledged event is in the warehouse, each once; in the end the archive has every record of the stream. The consumers have
 * little heap, and end when it is not enough.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsumerFaultsIT {
    private static final Duration LANDED = Duration.ofMinutes(2);
    private static final int RATE = Trial.fullOrShort(500, 200);
    private static final SplittableRandom RANDOM = Trial.random("consumer-faults");

    @TempDir
    static Path data;

    private static final List<AutoCloseable> PARTS = new ArrayList<>();
    private static Line cloud;
    private static IngestNode ingest;
    private static FaultyPort s3;
    private static FaultyPort dynamoDb;
    private static ServiceNode one;
    private static ServiceNode other;
    private static KinesisClient kinesis;

    @BeforeAll
    static void start() throws Exception {
        Line.Ports ports = Line.Ports.free();
        cloud = part(Line.cloud(data, ports));
        kinesis = part(StreamReader.client(cloud.kinesis()));
        s3 = part(FaultyPort.to(ports.s3()));
        dynamoDb = part(FaultyPort.to(ports.dynamodb()));
        Path logs = data.resolve("test-logs");
        List<String> keys = List.of(
                "--sluice.aws.endpoint.kinesis=" + cloud.kinesis(),
                "--sluice.aws.endpoint.dynamodb=" + dynamoDb.address(),
                "--sluice.aws.endpoint.s3=" + s3.address(),
                "--sluice.archive.max-age=3s",
                // Its rules alone would fill half of the little heap, and cost each start seconds.
                "--sluice.enrich.user-agent.enabled=false",
                "--sluice.consumer.stalled-after=6s",
                "--sluice.consumer.unhealthy-lag=8s");
        one = part(ServiceNode.start("stream-consumer", logs, keys));
        part(Launched.start(
                logs,
                UnpackedJar.of("redshift-loader"),
                List.of(
                        "--spring.profiles.active=local",
                        "--server.port=" + ports.loader(),
                        "--sluice.aws.endpoint.s3=http://127.0.0.1:" + ports.s3(),
                        "--sluice.loader.jdbc-url=jdbc:redshift://127.0.0.1:" + ports.redshift() + "/dev?ssl=false")));
        ingest = part(IngestNode.start(new IngestNode.Setup(logs, cloud.kinesis(), data.resolve("journal"))));
        one.awaitUp();
        // One after the other, as at an application's very first start KCL ends the one that comes second to its state.
        await("the first to read", () -> one.shards() > 0);
        other = part(ServiceNode.start("stream-consumer", logs, keys));
        other.awaitUp();
    }

    private static <T extends AutoCloseable> T part(T made) {
        PARTS.addFirst(made);
        return made;
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable part : PARTS) {
            part.close();
        }
    }

    /** Sends events all the while, and then waits until what was acknowledged has landed. */
    private static void whileSending(String site, Callable<?> faults) throws Exception {
        try (Driver driver =
                Driver.start(data, ingest.address(), Driver.Load.endless(RATE), RANDOM.nextInt(1_000_000), site)) {
            await("some events to land", () -> landed(site) > RATE);
            long began = System.nanoTime();
            faults.call();
            Driver.Summary summary = driver.stop();
            Set<String> acknowledged = driver.acknowledged();
            assertThat(summary.accepted()).isEqualTo(acknowledged.size());
            one.assertAlive();
            other.assertAlive();
            await("all that was acknowledged", () -> landed(site) >= acknowledged.size());
            assertThat(Ids.inWarehouse(cloud, site)).isEqualTo(acknowledged);
            Ids.assertEachOnce(cloud, site);
            Trial.say(site + ": " + acknowledged.size() + " events, each once, through "
                    + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began) + " s of faults and after");
        }
    }

    private static void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(LANDED)
                .pollInterval(Duration.ofMillis(250))
                .ignoreExceptionsInstanceOf(java.sql.SQLException.class)
                .until(condition);
    }

    private static long landed(String site) throws Exception {
        return cloud.count("select count(*) from page_views where site_id = '" + site + "'");
    }

    private static void awaitProgress(String site) throws Exception {
        long before = landed(site);
        await("more events to land", () -> {
            one.assertAlive();
            other.assertAlive();
            return landed(site) > before + RATE;
        });
    }

    /** KCL shares shards out by what they carry: only while there is traffic. */
    private static void awaitBothAtWork() {
        await("both to hold shards", () -> one.shards() > 0 && other.shards() > 0);
    }

    @Test
    @Order(1)
    void consumersReplacedInTurn_handTheirShardsOver_andRepeatNothing() throws Exception {
        whileSending("rolling", () -> {
            awaitBothAtWork();
            for (ServiceNode node : List.of(one, other)) {
                assertThat(node.process().terminate(Duration.ofSeconds(40)))
                        .as(node.process().output())
                        .isIn(0, 143);
                node.startAgain();
                node.awaitUp();
                awaitProgress("rolling");
            }
            return null;
        });
        assertThat(cloud.count("select coalesce(sum(pipeline_duplicates), 0) from load_ledger"))
                .as("rows that were made twice")
                .isZero();
    }

    @Test
    @Order(2)
    void consumersKilled_loseNothingAndDoubleNothing() throws Exception {
        int kills = Trial.fullOrShort(50, 3);
        whileSending("kills", () -> {
            for (int kill = 0; kill < kills; kill++) {
                ServiceNode node = RANDOM.nextBoolean() ? one : other;
                TimeUnit.MILLISECONDS.sleep(RANDOM.nextInt(2_000));
                node.process().kill9();
                node.startAgain();
                node.awaitUp();
                awaitProgress("kills");
            }
            return null;
        });
        Trial.say(kills + " kills, "
                + cloud.count("select coalesce(sum(pipeline_duplicates), 0) from load_ledger")
                + " rows made twice and dropped");
    }

    @Test
    @Order(3)
    void aConsumerFrozenBeyondItsLease_whileShardsSplitAndMergeAndIteratorsExpire_doublesNothing() throws Exception {
        int reshards = Trial.fullOrShort(10, 2);
        int freeze = Trial.fullOrShort(30, 8);
        whileSending("reshards", () -> {
            awaitBothAtWork();
            try (var faults = new KinesisFaults(cloud.kinesis())) {
                faults.set("{\"operations\": [\"GetRecords\"], \"errorRate\": 0.1, \"error\": \"EXPIRED_ITERATOR\"}");
                for (int i = 0; i < reshards; i++) {
                    one.process().freeze();
                    try {
                        int shards = i % 2 == 0 ? 4 : 2;
                        kinesis.updateShardCount(request -> request.streamName("sluice")
                                .targetShardCount(shards)
                                .scalingType(ScalingType.UNIFORM_SCALING));
                        TimeUnit.SECONDS.sleep(freeze);
                    } finally {
                        one.process().thaw();
                    }
                    await(
                            "the stream",
                            () -> kinesis.describeStreamSummary(r -> r.streamName("sluice"))
                                            .streamDescriptionSummary()
                                            .streamStatus()
                                    == StreamStatus.ACTIVE);
                    awaitProgress("reshards");
                }
                assertThat(faults.show()).contains("GetRecords");
            }
            return null;
        });
        one.assertAlive();
    }

    @Test
    @Order(4)
    void dynamoDbAway_skipsNothing_andIsSurvived() throws Exception {
        whileSending("dynamodb", () -> {
            dynamoDb.away();
            try {
                TimeUnit.SECONDS.sleep(Trial.fullOrShort(60, 10));
            } finally {
                dynamoDb.back();
            }
            awaitProgress("dynamodb");
            return null;
        });
        one.assertAlive();
        other.assertAlive();
    }

    /** Bad rows have no way of their own: where rows go, they go. */
    @Test
    @Order(5)
    void s3Away_holdsTheShards_rowsAndBadRowsAlike_inBoundedMemory_andIsNamed() throws Exception {
        long bad = cloud.count("select count(*) from bad_events");
        int badSent = 5;
        whileSending("s3", () -> {
            s3.away();
            try {
                for (int i = 0; i < badSent; i++) {
                    assertThat(ingest.status("/i?e=nonsense&p=web&tv=t&aid=s3&n=" + i))
                            .isEqualTo(200);
                }
                await(
                        "a stalled shard",
                        () -> one.metric("sluice_consumer_shard_stalled_shards")
                                        + other.metric("sluice_consumer_shard_stalled_shards")
                                > 0);
                await(
                        "a consumer that is not ready",
                        () -> one.status("/actuator/health/readiness") == 503
                                || other.status("/actuator/health/readiness") == 503);
                assertThat(one.status("/actuator/health/liveness")).isEqualTo(200);
                assertThat(other.status("/actuator/health/liveness")).isEqualTo(200);
                TimeUnit.SECONDS.sleep(Trial.fullOrShort(600, 1));
                assertThat(cloud.count("select count(*) from bad_events")).isEqualTo(bad);
            } finally {
                s3.back();
            }
            await(
                    "readiness",
                    () -> one.status("/actuator/health/readiness") == 200
                            && other.status("/actuator/health/readiness") == 200);
            return null;
        });
        assertThat(cloud.awaitCount("select count(*) from bad_events", bad + badSent, LANDED))
                .isEqualTo(bad + badSent);
        assertThat(one.metric("sluice_consumer_shard_stalled_shards")
                        + other.metric("sluice_consumer_shard_stalled_shards"))
                .isZero();
        assertThat(one.process().output() + other.process().output())
                .contains("has not moved for", "moves again", "S3 works again");
    }

    @Test
    @Order(6)
    void theArchive_hasEveryRecordOfTheStream_afterAllOfIt() throws Exception {
        for (ServiceNode node : List.of(one, other)) {
            assertThat(node.process().terminate(Duration.ofSeconds(40))).isIn(0, 143);
        }
        Set<String> inStream = StreamReader.eventIds(cloud.kinesis());
        var archived = new HashSet<String>();
        var records = new HashSet<String>();
        int objects = 0;
        long read = 0;
        try (S3Client client = Line.s3(s3.address())) {
            for (S3Object object : client.listObjectsV2Paginator(
                            request -> request.bucket("sluice-local").prefix("archive/"))
                    .contents()) {
                objects++;
                try (var reader = new ArchiveReader(client.getObject(
                        request -> request.bucket("sluice-local").key(object.key())))) {
                    for (Optional<ArchivedRecord> next = reader.next(); next.isPresent(); next = reader.next()) {
                        read++;
                        ArchivedRecord record = next.get();
                        if (records.add(record.shard() + "/" + record.sequenceNumber())
                                && !AuditCodec.isAudit(record.data())) {
                            for (RawHit hit : FrameCodec.decode(record.data()).hits()) {
                                StreamReader.addEventIds(hit, archived);
                            }
                        }
                    }
                }
            }
        }
        Ids.assertNothingLost(inStream, archived);
        assertThat(inStream).hasSizeGreaterThan(1_000);
        Trial.say("the archive: " + records.size() + " records in " + objects + " objects, " + (read - records.size())
                + " of them twice");
    }
}
