package dev.sluice.local.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** Death by {@code kill -9} in the middle of puts: what was acknowledged is there, where and as it was acknowledged. */
class LocalKinesisKillIT {
    private static final String STREAM = "s";
    private static final int PRODUCERS = 3;
    private static final int BATCH = 50;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path dir;

    /** Sequence number of each text that was acknowledged. */
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();

    @Test
    void kill_losesNothingThatWasAcknowledged() throws Exception {
        for (int life = 0; life < 3; life++) {
            // Files small enough that some are ended and begun while the process dies.
            try (LocalKinesisProcess process = LocalKinesisProcess.start(dir, 64 * 1024);
                    KinesisClient client = TestClients.withoutRetries(process.endpoint())) {
                if (life == 0) {
                    client.createStream(r -> r.streamName(STREAM).shardCount(2));
                }
                putUntilKilled(process, client, life);
            }
            assertAllThere();
        }
    }

    private void putUntilKilled(LocalKinesisProcess process, KinesisClient client, int life)
            throws InterruptedException {
        int before = acknowledged.size();
        List<Thread> producers = IntStream.range(0, PRODUCERS)
                .mapToObj(p -> Thread.ofPlatform().name("producer-" + p).start(() -> produce(client, life + "-" + p)))
                .toList();
        Awaitility.await().until(() -> acknowledged.size() > before + 5_000);
        process.kill();
        for (Thread producer : producers) {
            producer.join();
        }
    }

    private void produce(KinesisClient client, String name) {
        try {
            for (int call = 0; ; call++) {
                String prefix = name + "-" + call + "-";
                List<PutRecordsRequestEntry> entries = IntStream.range(0, BATCH)
                        .mapToObj(i -> PutRecordsRequestEntry.builder()
                                .partitionKey(prefix + i)
                                .data(SdkBytes.fromUtf8String(prefix + i))
                                .build())
                        .toList();
                PutRecordsResponse answer =
                        client.putRecords(r -> r.streamName(STREAM).records(entries));
                for (int i = 0; i < BATCH; i++) {
                    acknowledged.put(prefix + i, answer.records().get(i).sequenceNumber());
                }
            }
        } catch (SdkException e) {
            // The endpoint is dead: what was in this call was not acknowledged.
            System.out.println(name + " ended: " + e.getClass().getSimpleName());
        }
    }

    private void assertAllThere() throws IOException {
        try (LocalKinesis kinesis = LocalKinesis.start(KinesisSettings.in(dir).withLimits(ShardLimits.NONE));
                KinesisClient client = TestClients.of(kinesis.endpoint())) {
            Map<String, String> found = new HashMap<>();
            BigInteger highest = BigInteger.ZERO;
            for (Shard shard : client.listShards(r -> r.streamName(STREAM)).shards()) {
                BigInteger last = BigInteger.ZERO;
                for (Record record : all(client, shard.shardId())) {
                    BigInteger number = new BigInteger(record.sequenceNumber());
                    assertThat(number).isGreaterThan(last);
                    last = number;
                    assertThat(found.put(record.data().asUtf8String(), record.sequenceNumber()))
                            .isNull();
                }
                highest = highest.max(last);
            }
            assertThat(found).containsAllEntriesOf(acknowledged);
            String next = client.putRecord(r -> r.streamName(STREAM)
                            .partitionKey("next")
                            .data(SdkBytes.fromUtf8String("next-" + found.size())))
                    .sequenceNumber();
            assertThat(SequenceNumber.parse(next).position())
                    .isGreaterThan(SequenceNumber.parse(highest.toString()).position());
        }
    }

    private static List<Record> all(KinesisClient client, String shard) {
        List<Record> records = new ArrayList<>();
        String iterator = client.getShardIterator(
                        r -> r.streamName(STREAM).shardId(shard).shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                .shardIterator();
        while (true) {
            String current = iterator;
            GetRecordsResponse answer = client.getRecords(r -> r.shardIterator(current));
            if (answer.records().isEmpty()) {
                return records;
            }
            records.addAll(answer.records());
            iterator = answer.nextShardIterator();
        }
    }
}
