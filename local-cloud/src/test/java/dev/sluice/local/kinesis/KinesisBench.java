package dev.sluice.local.kinesis;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/**
 * Records a second into and out of an endpoint without limits: 500 records of 500 bytes a call, 4 shards, 4 threads. The endpoint
 * is a process of its own, so that its processor time is known apart from the client's; on a machine that others use too, only
 * that is a measure: cores * 1,000,000 / (sum of both) records/s is what they could do alone. Run by hand, with the test class path: {@code java dev.sluice.local.kinesis.KinesisBench [seconds]}.
 */
final class KinesisBench {
    private static final int SHARDS = 4;
    private static final int THREADS = 4;
    private static final int BATCH = 500;

    private KinesisBench() {}

    public static void main(String[] arguments) throws Exception {
        Duration time = Duration.ofSeconds(arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5);
        Path dir = Files.createTempDirectory("kinesis-bench");
        try (LocalKinesisProcess kinesis = LocalKinesisProcess.start(dir, KinesisSettings.DEFAULT_SEGMENT_BYTES);
                KinesisClient client = TestClients.of(kinesis.endpoint())) {
            client.createStream(r -> r.streamName("bench").shardCount(SHARDS));
            measure("put, warming up", kinesis, () -> put(client, time));
            measure("put", kinesis, () -> put(client, time));
            measure("get, warming up", kinesis, () -> get(client));
            measure("get", kinesis, () -> get(client));
        } finally {
            DiskTree.delete(dir);
        }
    }

    private static void measure(String what, LocalKinesisProcess kinesis, Callable<Long> work) throws Exception {
        Duration server = kinesis.cpu();
        Duration client = ownCpu();
        long start = System.nanoTime();
        long records = work.call();
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "%s: %,.0f records/s; processor time a record: endpoint %.1f us, client %.1f us%n",
                what,
                records / seconds,
                kinesis.cpu().minus(server).toNanos() / 1e3 / records,
                ownCpu().minus(client).toNanos() / 1e3 / records);
    }

    private static Duration ownCpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static long put(KinesisClient client, Duration time) throws InterruptedException {
        AtomicLong records = new AtomicLong();
        long start = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            int thread = t;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int call = 0; System.nanoTime() - start < time.toNanos(); call++) {
                    String prefix = thread + "-" + call + "-";
                    List<PutRecordsRequestEntry> entries = new ArrayList<>(BATCH);
                    for (int i = 0; i < BATCH; i++) {
                        entries.add(PutRecordsRequestEntry.builder()
                                .partitionKey(prefix + i)
                                .data(SdkBytes.fromByteArray(new byte[500]))
                                .build());
                    }
                    records.addAndGet(
                            client.putRecords(r -> r.streamName("bench").records(entries))
                                    .records()
                                    .size());
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return records.get();
    }

    private static long get(KinesisClient client) {
        long records = 0;
        for (Shard shard : client.listShards(r -> r.streamName("bench")).shards()) {
            String iterator = client.getShardIterator(r -> r.streamName("bench")
                            .shardId(shard.shardId())
                            .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                    .shardIterator();
            while (true) {
                String current = iterator;
                GetRecordsResponse answer = client.getRecords(r -> r.shardIterator(current));
                if (answer.records().isEmpty()) {
                    break;
                }
                records += answer.records().size();
                iterator = answer.nextShardIterator();
            }
        }
        return records;
    }
}
