package dev.sluice.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Table;
import dev.sluice.loader.staging.BatchDescriptor;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ConfigurableApplicationContext;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(240)
class ConsumerIT {
    private static final Logger LOG = LoggerFactory.getLogger(ConsumerIT.class);
    private static final Duration SOON = Duration.ofSeconds(60);

    private final UUID epoch = UUID.randomUUID();
    private Path dir;
    private Standins standins;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        dir = temporary;
        standins = new Standins(dir);
    }

    @AfterAll
    void stop() throws Exception {
        standins.close();
    }

    private static Set<Long> seqs(long below) {
        return LongStream.range(0, below).boxed().collect(Collectors.toSet());
    }

    private void awaitStaged(String stream, long below) {
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(new HashSet<>(standins.stagedSeqs(stream)).size())
                        .isEqualTo((int) below));
    }

    private static double count(ConfigurableApplicationContext consumer, String name) {
        return consumer.getBean(MeterRegistry.class).get(name).counters().stream()
                .mapToDouble(c -> c.count())
                .sum();
    }

    @Test
    void frames_areStagedWithExactlyTheirRows_andWhatIsNoFrameAsABadRow() throws Exception {
        standins.createStream("plain", 2);
        standins.send("plain", epoch, 0, 10, 5);
        standins.sendForeign("plain", "what is this?");
        long began = System.nanoTime();
        try (var consumer = standins.consumer("plain")) {
            await().atMost(SOON)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> count(consumer, "sluice.consumer.hits") > 0);
            LOG.info("From start to the first record: {} ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
            awaitStaged("plain", 50);
            for (int i = 0; i < 5; i++) {
                long put = System.nanoTime();
                standins.send("plain", epoch, 50 + i, 1, 1);
                awaitStaged("plain", 51 + i);
                LOG.info("From put to staged: {} ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - put));
            }

            assertThat(standins.stagedSeqs("plain")).containsExactlyInAnyOrderElementsOf(seqs(55));
            assertThat(standins.staged("plain", Table.PAGE_VIEWS, Columns.INGEST_EPOCH))
                    .containsOnly(epoch.toString());
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(standins.staged("plain", Table.BAD_EVENTS, Columns.RAW))
                            .containsExactly("what is this?"));
            // records in = frames + foreign, rows out = staged + discarded
            assertThat(count(consumer, "sluice.consumer.records")).isEqualTo(16);
            assertThat(count(consumer, "sluice.consumer.hits")).isEqualTo(55);
            assertThat(count(consumer, "sluice.consumer.rows")).isEqualTo(56);
            assertThat(count(consumer, "sluice.stage.rows") + count(consumer, "sluice.consumer.rows.discarded"))
                    .isEqualTo(56);
            assertManagement(consumer);
        }
    }

    private static void assertManagement(ConfigurableApplicationContext consumer) throws Exception {
        String base = "http://127.0.0.1:" + consumer.getEnvironment().getProperty("local.server.port");
        assertThat(get(base + "/actuator/health").body()).contains("\"status\":\"UP\"", "\"consumer\"");
        assertThat(get(base + "/actuator/prometheus").body())
                .contains(
                        "sluice_consumer_records_total{result=\"frame\"}",
                        "sluice_consumer_millis_behind",
                        "sluice_stage_rows_total{table=\"page_views\"}",
                        "sluice_processor_frames_total");
        assertThat(get(base + "/actuator/env").statusCode()).isEqualTo(404);
        assertThat(get(base + "/actuator/heapdump").statusCode()).isEqualTo(404);
        consumer.getBean(FatalStop.class).accept(new IllegalStateException("a test"));
        assertThat(get(base + "/actuator/health").statusCode()).isEqualTo(503);
    }

    private static HttpResponse<String> get(String url) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void aRestart_goesOnWhereTheLastStopped_andRepeatsNothing() throws Exception {
        standins.createStream("restart", 2);
        long sent = 0;
        for (int run = 0; run < 3; run++) {
            standins.send("restart", epoch, sent, 20, 5);
            sent += 100;
            // Closed with half of it read, or less, or more.
            long closing;
            try (var consumer = standins.consumer("restart")) {
                await().atMost(SOON)
                        .pollInterval(Duration.ofMillis(5))
                        .until(() -> count(consumer, "sluice.consumer.hits") > 0);
                closing = System.nanoTime();
            }
            LOG.info("Stopped in {} ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - closing));
        }
        try (var consumer = standins.consumer("restart")) {
            awaitStaged("restart", sent);
            assertThat(consumer.isRunning()).isTrue();
        }
        assertThat(standins.stagedSeqs("restart")).containsExactlyInAnyOrderElementsOf(seqs(sent));
        assertRangesDoNotOverlap("restart");
        assertThat(standins.archivedSeqs("restart")).containsExactlyInAnyOrderElementsOf(seqs(sent));
    }

    private void assertRangesDoNotOverlap(String stream) {
        var byShard = standins.batches(stream).stream()
                .map(BatchDescriptor::range)
                .collect(Collectors.groupingBy(BatchDescriptor.Range::shard));
        byShard.forEach((shard, ranges) -> {
            var sorted = new ArrayList<>(ranges);
            sorted.sort((a, b) -> new BigInteger(a.first()).compareTo(new BigInteger(b.first())));
            for (int i = 1; i < sorted.size(); i++) {
                assertThat(new BigInteger(sorted.get(i).first()))
                        .isGreaterThan(new BigInteger(sorted.get(i - 1).last()));
            }
        });
    }

    @Test
    void aKilledConsumer_losesNothing() throws Exception {
        standins.createStream("kill", 2);
        long sent = 0;
        for (int kill = 0; kill < 2; kill++) {
            int before = standins.batches("kill").size();
            Process process = consumerProcess("kill");
            try {
                long deadline = System.nanoTime() + SOON.toNanos();
                // Killed under load, once it has staged something.
                while (standins.batches("kill").size() <= before + kill) {
                    assertThat(process.isAlive()).isTrue();
                    assertThat(System.nanoTime() - deadline).isNegative();
                    standins.send("kill", epoch, sent, 10, 3);
                    sent += 30;
                    Thread.sleep(50);
                }
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
        try (var consumer = standins.consumer("kill")) {
            awaitStaged("kill", sent);
            assertThat(consumer.isRunning()).isTrue();
        }
        assertThat(new HashSet<>(standins.stagedSeqs("kill"))).isEqualTo(seqs(sent));
        assertThat(new HashSet<>(standins.archivedSeqs("kill"))).isEqualTo(seqs(sent));
    }

    @Test
    void aConsumerThatCannotStart_endsWithAnExitCode() throws Exception {
        Process process = consumerProcess("no-such-stream", "sluice.consumer.lease.initialization-attempts=1");
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
        } finally {
            process.destroyForcibly();
        }
    }

    private Process consumerProcess(String stream, String... more) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ConsumerApplication.class.getName()));
        standins.properties(stream).forEach(property -> command.add("--" + property));
        for (String property : more) {
            command.add("--" + property);
        }
        Path log = Files.createTempFile(dir, "consumer", ".log");
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    @Test
    void splittingAndMergingUnderLoad_losesNothing() throws Exception {
        standins.createStream("reshard", 2);
        var sent = new AtomicLong();
        try (var consumer = standins.consumer("reshard")) {
            Thread sender = Thread.ofPlatform().name("sender").start(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    standins.send("reshard", epoch, sent.get(), 10, 5);
                    sent.addAndGet(50);
                    try {
                        Thread.sleep(20);
                    } catch (InterruptedException e) {
                        return;
                    }
                }
            });
            awaitMoreThan(sent, 200);
            for (Shard shard : standins.openShards("reshard")) {
                split("reshard", shard);
            }
            awaitMoreThan(sent, sent.get() + 300);
            List<Shard> open = standins.openShards("reshard").stream()
                    .sorted((a, b) -> new BigInteger(a.hashKeyRange().startingHashKey())
                            .compareTo(new BigInteger(b.hashKeyRange().startingHashKey())))
                    .toList();
            standins.kinesisClient
                    .mergeShards(b -> b.streamName("reshard")
                            .shardToMerge(open.get(1).shardId())
                            .adjacentShardToMerge(open.get(2).shardId()))
                    .join();
            awaitActive("reshard");
            awaitMoreThan(sent, sent.get() + 300);
            sender.interrupt();
            sender.join();
            awaitStaged("reshard", sent.get());
            assertThat(count(consumer, "sluice.consumer.lease.lost")).isZero();
        }
        // Nothing lost, and as no one died, nothing staged twice.
        assertThat(standins.stagedSeqs("reshard")).containsExactlyInAnyOrderElementsOf(seqs(sent.get()));
        assertThat(standins.batches("reshard").stream()
                        .map(batch -> batch.range().shard())
                        .distinct())
                .hasSize(7);
    }

    private void split(String stream, Shard shard) {
        BigInteger low = new BigInteger(shard.hashKeyRange().startingHashKey());
        BigInteger high = new BigInteger(shard.hashKeyRange().endingHashKey());
        String middle = low.add(high).shiftRight(1).add(BigInteger.ONE).toString();
        standins.kinesisClient
                .splitShard(
                        b -> b.streamName(stream).shardToSplit(shard.shardId()).newStartingHashKey(middle))
                .join();
        awaitActive(stream);
    }

    private void awaitActive(String stream) {
        await().atMost(SOON)
                .until(() -> standins.kinesisClient
                                .describeStreamSummary(b -> b.streamName(stream))
                                .join()
                                .streamDescriptionSummary()
                                .streamStatus()
                        == StreamStatus.ACTIVE);
    }

    private static void awaitMoreThan(AtomicLong sent, long count) {
        await().atMost(SOON).until(() -> sent.get() > count);
    }
}
