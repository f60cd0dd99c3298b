package dev.sluice.local.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ScalingType;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/**
 * What every Kinesis must do, in plain calls of the AWS SDK. Each test makes its own stream, and deletes it.
 */
abstract class KinesisContract {
    private static final BigInteger KEYS = BigInteger.ONE.shiftLeft(128);

    /** What an endpoint is known to do otherwise than AWS. */
    enum Deviation {
        /** Takes any number of records and bytes a second. */
        NO_SHARD_LIMITS,
        /** Takes a PutRecords of more than 500 records or 5 MiB. */
        NO_CALL_LIMITS,
        /** UpdateShardCount leaves another number of open shards, or uneven ones. */
        INEXACT_UPDATE_SHARD_COUNT,
        /** ListShards gives the filter AT_TRIM_HORIZON shards that were opened later too. */
        INEXACT_SHARD_FILTERS,
        /** MillisBehindLatest is 0 although records are left. */
        NO_MILLIS_BEHIND,
        /** What is no iterator gets a 500. */
        NO_ITERATOR_CHECK
    }

    private final List<String> streams = new ArrayList<>();

    abstract KinesisClient client();

    abstract List<Deviation> deviations();

    @BeforeEach
    void forgetStreams() {
        streams.clear();
    }

    @AfterEach
    void deleteStreams() {
        for (String stream : streams) {
            client().deleteStream(r -> r.streamName(stream));
        }
    }

    private void assumeNo(Deviation deviation) {
        assumeTrue(!deviations().contains(deviation), () -> "known deviation: " + deviation);
    }

    final String createStream(int shards) {
        String name = "contract-" + UUID.randomUUID();
        client().createStream(r -> r.streamName(name).shardCount(shards));
        client().waiter().waitUntilStreamExists(r -> r.streamName(name));
        streams.add(name);
        return name;
    }

    private List<Shard> shards(String stream) {
        return client().listShards(r -> r.streamName(stream)).shards();
    }

    private List<Shard> openShards(String stream) {
        return shards(stream).stream()
                .filter(shard -> shard.sequenceNumberRange().endingSequenceNumber() == null)
                .toList();
    }

    private void waitUntilActive(String stream) {
        client().waiter().waitUntilStreamExists(r -> r.streamName(stream));
    }

    private static PutRecordsRequestEntry entry(String key, String text) {
        return PutRecordsRequestEntry.builder()
                .partitionKey(key)
                .data(SdkBytes.fromUtf8String(text))
                .build();
    }

    private PutRecordsResponse put(String stream, List<PutRecordsRequestEntry> entries) {
        return client().putRecords(r -> r.streamName(stream).records(entries));
    }

    private PutRecordResponse put(String stream, String key, String text) {
        return client().putRecord(r -> r.streamName(stream).partitionKey(key).data(SdkBytes.fromUtf8String(text)));
    }

    private String iterator(String stream, String shard, ShardIteratorType type) {
        return client().getShardIterator(
                        r -> r.streamName(stream).shardId(shard).shardIteratorType(type))
                .shardIterator();
    }

    private String iterator(String stream, String shard, ShardIteratorType type, String sequenceNumber) {
        return client().getShardIterator(r -> r.streamName(stream)
                        .shardId(shard)
                        .shardIteratorType(type)
                        .startingSequenceNumber(sequenceNumber))
                .shardIterator();
    }

    private GetRecordsResponse get(String iterator) {
        return client().getRecords(r -> r.shardIterator(iterator));
    }

    private List<String> textsFrom(String iterator) {
        List<String> texts = new ArrayList<>();
        @Nullable String next = iterator;
        while (next != null) {
            GetRecordsResponse answer = get(next);
            answer.records().forEach(record -> texts.add(record.data().asUtf8String()));
            next = answer.records().isEmpty() ? null : answer.nextShardIterator();
        }
        return texts;
    }

    private List<String> textsOf(String stream, String shard) {
        return textsFrom(iterator(stream, shard, ShardIteratorType.TRIM_HORIZON));
    }

    @Test
    void createStream_isDescribedAndListed() {
        String stream = createStream(3);

        StreamDescriptionSummary summary =
                client().describeStreamSummary(r -> r.streamName(stream)).streamDescriptionSummary();
        assertThat(summary.streamName()).isEqualTo(stream);
        assertThat(summary.streamStatus()).isEqualTo(StreamStatus.ACTIVE);
        assertThat(summary.openShardCount()).isEqualTo(3);
        assertThat(summary.retentionPeriodHours()).isEqualTo(24);
        assertThat(summary.streamARN()).endsWith(":stream/" + stream);
        assertThat(summary.streamCreationTimestamp())
                .isBetween(
                        Instant.now().minus(1, ChronoUnit.MINUTES),
                        Instant.now().plus(1, ChronoUnit.MINUTES));
        assertThat(client().describeStream(r -> r.streamName(stream))
                        .streamDescription()
                        .shards())
                .extracting(Shard::shardId)
                .containsExactly("shardId-000000000000", "shardId-000000000001", "shardId-000000000002");
        assertThat(client().listStreamsPaginator(r -> r.limit(1)).streamNames()).contains(stream);
    }

    @Test
    void createStream_refusesANameThatIsTaken() {
        String stream = createStream(1);
        assertThatThrownBy(() -> client().createStream(r -> r.streamName(stream).shardCount(1)))
                .isInstanceOf(ResourceInUseException.class);
    }

    @Test
    void createStream_cutsTheHashKeysWithoutGaps() {
        List<Shard> shards = shards(createStream(3));
        BigInteger next = BigInteger.ZERO;
        for (Shard shard : shards) {
            assertThat(shard.hashKeyRange().startingHashKey()).isEqualTo(next.toString());
            next = new BigInteger(shard.hashKeyRange().endingHashKey()).add(BigInteger.ONE);
        }
        assertThat(next).isEqualTo(KEYS);
    }

    @Test
    void aStreamThatIsNotThere_isNotFoundByAnyOperation() {
        assertThatThrownBy(() -> client().describeStreamSummary(r -> r.streamName("nowhere")))
                .isInstanceOf(ResourceNotFoundException.class);
        assertThatThrownBy(() -> put("nowhere", "k", "v")).isInstanceOf(ResourceNotFoundException.class);
        assertThatThrownBy(() -> client().listShards(r -> r.streamName("nowhere")))
                .isInstanceOf(ResourceNotFoundException.class);
        assertThatThrownBy(() -> client().deleteStream(r -> r.streamName("nowhere")))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void deleteStream_makesItUnknown() {
        String stream = createStream(1);
        client().deleteStream(r -> r.streamName(stream));
        streams.clear();
        client().waiter().waitUntilStreamNotExists(r -> r.streamName(stream));
        assertThatThrownBy(() -> put(stream, "k", "v")).isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void putRecords_givesThemBackWholeAndInTheirOrder() {
        String stream = createStream(1);
        List<PutRecordsRequestEntry> entries = IntStream.range(0, 100)
                .mapToObj(i -> entry("key-" + i, "value-" + i))
                .toList();
        Instant before = Instant.now().minusSeconds(1);
        PutRecordsResponse put = put(stream, entries);

        assertThat(put.failedRecordCount()).isZero();
        GetRecordsResponse got = get(iterator(stream, "shardId-000000000000", ShardIteratorType.TRIM_HORIZON));
        assertThat(got.records()).hasSize(100);
        for (int i = 0; i < 100; i++) {
            Record record = got.records().get(i);
            assertThat(record.partitionKey()).isEqualTo("key-" + i);
            assertThat(record.data().asUtf8String()).isEqualTo("value-" + i);
            assertThat(record.sequenceNumber()).isEqualTo(put.records().get(i).sequenceNumber());
            assertThat(record.approximateArrivalTimestamp())
                    .isBetween(before, Instant.now().plusSeconds(1));
        }
    }

    @Test
    void sequenceNumbers_growAndKeepTheirLength() {
        String stream = createStream(1);
        List<BigInteger> numbers = new ArrayList<>();
        for (int call = 0; call < 5; call++) {
            put(stream, List.of(entry("a", "1"), entry("b", "2"), entry("c", "3"))).records().stream()
                    .map(PutRecordsResultEntry::sequenceNumber)
                    .peek(number -> assertThat(number).matches("49\\d{54}"))
                    .map(BigInteger::new)
                    .forEach(numbers::add);
        }
        assertThat(numbers).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void anyBytesAndAnyKey_comeBackAsTheyWere() {
        String stream = createStream(1);
        byte[] bytes = new byte[256 * 16];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        String key = "schlüssel-\uD83D\uDE00-\u0000-\"";
        client().putRecord(r -> r.streamName(stream).partitionKey(key).data(SdkBytes.fromByteArray(bytes)));

        Record record = get(iterator(stream, "shardId-000000000000", ShardIteratorType.TRIM_HORIZON))
                .records()
                .getFirst();
        assertThat(record.data().asByteArray()).isEqualTo(bytes);
        assertThat(record.partitionKey()).isEqualTo(key);
    }

    @Test
    void aRecord_goesToTheShardOfItsKeysMd5OrOfItsExplicitHashKey() throws Exception {
        String stream = createStream(4);
        List<Shard> shards = shards(stream);
        for (String key : List.of("a", "b", "c", "ü", "another key")) {
            BigInteger hash =
                    new BigInteger(1, MessageDigest.getInstance("MD5").digest(key.getBytes(StandardCharsets.UTF_8)));
            assertThat(put(stream, key, "v").shardId()).isEqualTo(shardOf(shards, hash));
        }
        for (Shard shard : shards) {
            for (String hash : List.of(
                    shard.hashKeyRange().startingHashKey(), shard.hashKeyRange().endingHashKey())) {
                assertThat(client().putRecord(r -> r.streamName(stream)
                                        .partitionKey("same")
                                        .explicitHashKey(hash)
                                        .data(SdkBytes.fromUtf8String("v")))
                                .shardId())
                        .isEqualTo(shard.shardId());
            }
        }
    }

    private static String shardOf(List<Shard> shards, BigInteger hash) {
        return shards.stream()
                .filter(shard -> hash.compareTo(
                                        new BigInteger(shard.hashKeyRange().startingHashKey()))
                                >= 0
                        && hash.compareTo(new BigInteger(shard.hashKeyRange().endingHashKey())) <= 0)
                .findFirst()
                .orElseThrow()
                .shardId();
    }

    @Test
    void putRecords_refusesMoreThan500() {
        assumeNo(Deviation.NO_CALL_LIMITS);
        String stream = createStream(1);
        List<PutRecordsRequestEntry> entries =
                IntStream.range(0, 501).mapToObj(i -> entry("k", "v")).toList();
        assertThatThrownBy(() -> put(stream, entries))
                .isInstanceOfSatisfying(
                        KinesisException.class,
                        e -> assertThat(e.awsErrorDetails().errorCode())
                                .isIn("ValidationException", "InvalidArgumentException"));
    }

    @Test
    void aRecordOfMoreThanOneMebibyte_isRefused() {
        String stream = createStream(1);
        SdkBytes tooLarge = SdkBytes.fromByteArray(new byte[1024 * 1024 + 1]);
        assertThatThrownBy(() -> client().putRecord(
                                r -> r.streamName(stream).partitionKey("k").data(tooLarge)))
                .isInstanceOfSatisfying(
                        KinesisException.class,
                        e -> assertThat(e.awsErrorDetails().errorCode())
                                .isIn("ValidationException", "InvalidArgumentException"));
        SdkBytes largest = SdkBytes.fromByteArray(new byte[1024 * 1024 - 1]);
        assertThat(client().putRecord(
                                r -> r.streamName(stream).partitionKey("k").data(largest))
                        .shardId())
                .isNotNull();
    }

    @Test
    void putRecords_refusesMoreThanFiveMebibytes() {
        assumeNo(Deviation.NO_CALL_LIMITS);
        String stream = createStream(1);
        PutRecordsRequestEntry large = PutRecordsRequestEntry.builder()
                .partitionKey("k")
                .data(SdkBytes.fromByteArray(new byte[1024 * 1024 - 1]))
                .build();
        assertThatThrownBy(() -> put(stream, List.of(large, large, large, large, large, entry("k", "v"))))
                .isInstanceOf(InvalidArgumentException.class);
    }

    @Test
    void aShard_takesAThousandRecordsASecondAndRefusesTheRestOneByOne() {
        assumeNo(Deviation.NO_SHARD_LIMITS);
        String stream = createStream(1);
        List<PutRecordsRequestEntry> entries =
                IntStream.range(0, 500).mapToObj(i -> entry("k", "v" + i)).toList();
        List<String> stored = new ArrayList<>();
        int refused = 0;
        for (int call = 0; call < 4; call++) {
            PutRecordsResponse answer = put(stream, entries);
            int failed = 0;
            for (int i = 0; i < 500; i++) {
                PutRecordsResultEntry result = answer.records().get(i);
                if (result.errorCode() == null) {
                    stored.add("v" + i);
                } else {
                    assertThat(result.errorCode()).isEqualTo("ProvisionedThroughputExceededException");
                    assertThat(result.sequenceNumber()).isNull();
                    failed++;
                }
            }
            assertThat(answer.failedRecordCount()).isEqualTo(failed);
            refused += failed;
        }
        assertThat(refused).isPositive();
        assertThat(stored).hasSizeGreaterThanOrEqualTo(1_000);
        assertThat(textsOf(stream, "shardId-000000000000")).isEqualTo(stored);
    }

    @Test
    void iterators_beginWhereTheirTypeSays() {
        String stream = createStream(1);
        String shard = "shardId-000000000000";
        put(stream, "k", "one");
        String second = put(stream, "k", "two").sequenceNumber();
        put(stream, "k", "three");
        String latest = iterator(stream, shard, ShardIteratorType.LATEST);
        put(stream, "k", "four");

        assertThat(textsOf(stream, shard)).containsExactly("one", "two", "three", "four");
        assertThat(textsFrom(latest)).containsExactly("four");
        assertThat(textsFrom(iterator(stream, shard, ShardIteratorType.AT_SEQUENCE_NUMBER, second)))
                .containsExactly("two", "three", "four");
        assertThat(textsFrom(iterator(stream, shard, ShardIteratorType.AFTER_SEQUENCE_NUMBER, second)))
                .containsExactly("three", "four");
    }

    @Test
    void iteratorAtATimestamp_beginsWithTheFirstRecordFromThen() throws Exception {
        String stream = createStream(1);
        String shard = "shardId-000000000000";
        put(stream, "k", "one");
        Thread.sleep(20);
        put(stream, "k", "two");
        Instant secondArrived = get(iterator(stream, shard, ShardIteratorType.TRIM_HORIZON))
                .records()
                .get(1)
                .approximateArrivalTimestamp();

        assertThat(textsFrom(at(stream, shard, secondArrived))).containsExactly("two");
        assertThat(textsFrom(at(stream, shard, secondArrived.minusSeconds(60)))).containsExactly("one", "two");
    }

    private String at(String stream, String shard, Instant time) {
        return client().getShardIterator(r -> r.streamName(stream)
                        .shardId(shard)
                        .shardIteratorType(ShardIteratorType.AT_TIMESTAMP)
                        .timestamp(time))
                .shardIterator();
    }

    @Test
    void getRecords_keepsToItsLimitAndSaysHowFarBehindItIs() throws Exception {
        String stream = createStream(1);
        String shard = "shardId-000000000000";
        put(stream, List.of(entry("k", "one"), entry("k", "two"), entry("k", "three")));
        Thread.sleep(20);
        String start = iterator(stream, shard, ShardIteratorType.TRIM_HORIZON);

        GetRecordsResponse first =
                client().getRecords(r -> r.shardIterator(start).limit(2));
        assertThat(first.records()).extracting(r -> r.data().asUtf8String()).containsExactly("one", "two");
        GetRecordsResponse second = get(first.nextShardIterator());
        assertThat(second.records()).extracting(r -> r.data().asUtf8String()).containsExactly("three");
        assertThat(second.millisBehindLatest()).isZero();
        assertThat(second.nextShardIterator()).isNotNull();
        assertThat(get(second.nextShardIterator()).records()).isEmpty();
        if (!deviations().contains(Deviation.NO_MILLIS_BEHIND)) {
            assertThat(first.millisBehindLatest()).isPositive();
        }
    }

    @Test
    void whatIsNoIterator_isRefused() {
        assumeNo(Deviation.NO_ITERATOR_CHECK);
        assertThatThrownBy(() -> get("not-an-iterator")).isInstanceOf(InvalidArgumentException.class);
    }

    @Test
    void listShards_comesInPages() {
        String stream = createStream(3);
        ListShardsResponse first = client().listShards(r -> r.streamName(stream).maxResults(2));
        assertThat(first.shards()).hasSize(2);
        ListShardsResponse second = client().listShards(r -> r.nextToken(first.nextToken()));
        assertThat(second.shards()).extracting(Shard::shardId).containsExactly("shardId-000000000002");
        assertThat(second.nextToken()).isNull();
    }

    @Test
    void splitShard_endsTheParentAndOpensTwoChildren() {
        String stream = createStream(1);
        put(stream, "k", "before");
        client().splitShard(r -> r.streamName(stream)
                .shardToSplit("shardId-000000000000")
                .newStartingHashKey(KEYS.shiftRight(1).toString()));
        waitUntilActive(stream);
        PutRecordResponse after = put(stream, "k", "after");

        List<Shard> shards = shards(stream);
        Shard parent = shards.getFirst();
        assertThat(parent.sequenceNumberRange().endingSequenceNumber()).isNotNull();
        assertThat(openShards(stream)).hasSize(2).allSatisfy(child -> {
            assertThat(child.parentShardId()).isEqualTo(parent.shardId());
            assertThat(new BigInteger(child.sequenceNumberRange().startingSequenceNumber()))
                    .isGreaterThan(new BigInteger(parent.sequenceNumberRange().startingSequenceNumber()));
        });
        assertThat(after.shardId()).isNotEqualTo(parent.shardId());
        assertThat(new BigInteger(after.sequenceNumber()))
                .isGreaterThan(new BigInteger(parent.sequenceNumberRange().endingSequenceNumber()));

        GetRecordsResponse rest = readToEnd(stream, parent.shardId());
        assertThat(rest.nextShardIterator()).isNull();
        assertThat(rest.childShards())
                .extracting(ChildShard::shardId)
                .containsExactlyInAnyOrder("shardId-000000000001", "shardId-000000000002");
        assertThat(rest.childShards())
                .allSatisfy(child -> assertThat(child.parentShards()).containsExactly(parent.shardId()));
    }

    /** The answer that ends the shard. */
    private GetRecordsResponse readToEnd(String stream, String shard) {
        GetRecordsResponse answer = get(iterator(stream, shard, ShardIteratorType.TRIM_HORIZON));
        for (int i = 0; i < 10 && answer.nextShardIterator() != null; i++) {
            answer = get(answer.nextShardIterator());
        }
        return answer;
    }

    @Test
    void mergeShards_endsTwoParentsAndOpensOneChild() {
        String stream = createStream(2);
        client().mergeShards(r ->
                r.streamName(stream).shardToMerge("shardId-000000000000").adjacentShardToMerge("shardId-000000000001"));
        waitUntilActive(stream);

        Shard child = openShards(stream).getFirst();
        assertThat(openShards(stream)).hasSize(1);
        assertThat(child.parentShardId()).isEqualTo("shardId-000000000000");
        assertThat(child.adjacentParentShardId()).isEqualTo("shardId-000000000001");
        assertThat(child.hashKeyRange().startingHashKey()).isEqualTo("0");
        assertThat(child.hashKeyRange().endingHashKey())
                .isEqualTo(KEYS.subtract(BigInteger.ONE).toString());
        assertThat(put(stream, "k", "v").shardId()).isEqualTo(child.shardId());
    }

    @Test
    void mergeShards_refusesShardsThatAreNotNeighbours() {
        String stream = createStream(3);
        assertThatThrownBy(() -> client().mergeShards(r -> r.streamName(stream)
                        .shardToMerge("shardId-000000000000")
                        .adjacentShardToMerge("shardId-000000000002")))
                .isInstanceOf(InvalidArgumentException.class);
    }

    @Test
    void updateShardCount_goesUpAndDownToEvenShards() {
        assumeNo(Deviation.INEXACT_UPDATE_SHARD_COUNT);
        String stream = createStream(2);
        for (int count : List.of(3, 4, 2)) {
            client().updateShardCount(
                            r -> r.streamName(stream).targetShardCount(count).scalingType(ScalingType.UNIFORM_SCALING));
            waitUntilActive(stream);
            assertThat(openShards(stream)).hasSize(count).allSatisfy(shard -> {
                BigInteger width = new BigInteger(shard.hashKeyRange().endingHashKey())
                        .subtract(new BigInteger(shard.hashKeyRange().startingHashKey()));
                assertThat(width.subtract(KEYS.divide(BigInteger.valueOf(count)))
                                .abs())
                        .isLessThanOrEqualTo(BigInteger.TWO);
            });
        }
    }

    @Test
    void listShards_filtersByWhatWasOpen() {
        String stream = createStream(2);
        client().splitShard(r -> r.streamName(stream)
                .shardToSplit("shardId-000000000000")
                .newStartingHashKey(KEYS.shiftRight(2).toString()));
        waitUntilActive(stream);

        assertThat(filtered(stream, ShardFilterType.AT_LATEST)).containsExactly("1", "2", "3");
        if (!deviations().contains(Deviation.INEXACT_SHARD_FILTERS)) {
            assertThat(filtered(stream, ShardFilterType.AT_TRIM_HORIZON)).containsExactly("0", "1");
        }
        assertThat(filtered(stream, ShardFilterType.FROM_TRIM_HORIZON)).containsExactly("0", "1", "2", "3");
        assertThat(client().listShards(r -> r.streamName(stream)
                                .shardFilter(f ->
                                        f.type(ShardFilterType.AFTER_SHARD_ID).shardId("shardId-000000000001")))
                        .shards())
                .extracting(shard -> last(shard.shardId()))
                .containsExactly("2", "3");
    }

    private List<String> filtered(String stream, ShardFilterType type) {
        return client().listShards(r -> r.streamName(stream).shardFilter(f -> f.type(type))).shards().stream()
                .map(shard -> last(shard.shardId()))
                .sorted()
                .toList();
    }

    private static String last(String shardId) {
        return shardId.substring(shardId.length() - 1);
    }

    @Test
    void retention_goesUpAndDown() {
        String stream = createStream(1);
        client().increaseStreamRetentionPeriod(r -> r.streamName(stream).retentionPeriodHours(48));
        assertThat(retentionHours(stream)).isEqualTo(48);
        client().decreaseStreamRetentionPeriod(r -> r.streamName(stream).retentionPeriodHours(24));
        assertThat(retentionHours(stream)).isEqualTo(24);
        assertThatThrownBy(() -> client().decreaseStreamRetentionPeriod(
                                r -> r.streamName(stream).retentionPeriodHours(48)))
                .isInstanceOf(InvalidArgumentException.class);
    }

    private int retentionHours(String stream) {
        return client().describeStreamSummary(r -> r.streamName(stream))
                .streamDescriptionSummary()
                .retentionPeriodHours();
    }

    @Test
    void tags_areKept() {
        String stream = createStream(1);
        client().addTagsToStream(r -> r.streamName(stream).tags(Map.of("team", "web")));
        assertThat(client().listTagsForStream(r -> r.streamName(stream)).tags())
                .singleElement()
                .satisfies(tag -> {
                    assertThat(tag.key()).isEqualTo("team");
                    assertThat(tag.value()).isEqualTo("web");
                });
    }
}
