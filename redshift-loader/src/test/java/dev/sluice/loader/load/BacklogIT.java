package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.Backoff;
import dev.sluice.common.table.Table;
import dev.sluice.loader.staging.BatchDescriptor;
import dev.sluice.loader.staging.BatchDescriptor.Range;
import dev.sluice.loader.staging.BatchDescriptor.StagedFile;
import dev.sluice.loader.staging.CsvFile;
import dev.sluice.loader.staging.StagingLayout;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a loader costs in calls to S3, on a bucket that counts them: neither what was loaded before nor how much waits makes a load
 * dearer. 12,000 batches with every build, 100,000 by {@code ./sluice trial backlog}.
 */
@Timeout(600)
class BacklogIT {
    private static final int BATCHES = "full".equals(System.getProperty("sluice.trial")) ? 100_000 : 12_000;
    private static final int PER_LOAD = 500;
    private static final int LISTED_AT_ONCE = 10_000;
    private static final byte[] FILE = "a file".getBytes(StandardCharsets.UTF_8);
    private static final String SHA = CsvFile.sha256(FILE);

    private final CountingS3 s3 = new CountingS3();
    private final StagingLayout layout = new StagingLayout("bucket", "line/");
    private final FakeLoader loader = new FakeLoader();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final S3BatchStore store = new S3BatchStore(s3, layout);
    private final LoaderMetrics metrics = new LoaderMetrics(registry, InstantSource.fixed(TestBatch.RECEIVED));
    private final WaitingBatches waiting = new WaitingBatches(store, metrics, PER_LOAD);
    private final LoadPass pass = new LoadPass(
            waiting,
            new BatchSelection(
                    new BatchSelection.Limits(PER_LOAD, 2_000_000, 1),
                    new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(8)),
                    System::nanoTime,
                    new Random(1)),
            loader,
            metrics,
            System::nanoTime);

    @Test
    void aBacklog_isDrainedWithFewListings_andWhatIsLoadedCostsNothing() throws Exception {
        Calls fresh = callsOfALoadOf(10, 0);

        stage(BATCHES, 1_000);
        Calls before = calls();
        int passes = 0;
        long most = 0;
        boolean more = true;
        while (more) {
            more = pass.run();
            passes++;
            most = Math.max(most, usedBytes());
        }
        Calls drained = calls().since(before);
        System.out.printf(
                "%,d waiting batches: %d passes, %d LIST calls for %,d keys, %.1f other calls a batch, %d MB of heap used at most%n",
                BATCHES, passes, drained.lists, drained.listed, (double) drained.others / BATCHES, most >> 20);
        assertThat(loader.inside).hasSize(BATCHES + 10);
        // Each listing of 10,000 feeds all but the last of its loads; one more finds nothing.
        int listings = BATCHES / (LISTED_AT_ONCE - PER_LOAD) + 2;
        assertThat(drained.lists).isLessThanOrEqualTo(listings * (LISTED_AT_ONCE / 1_000L));
        assertThat(drained.listed).isLessThan(2L * BATCHES);
        // Descriptor, file, copy, delete.
        assertThat(drained.others).isEqualTo(4L * BATCHES);

        assertThat(callsOfALoadOf(10, 2_000_000)).isEqualTo(fresh);
    }

    @Test
    void batchesThatCannotBeLoaded_hideNoOthers() throws Exception {
        stage(PER_LOAD + 100, 0);
        for (BatchDescriptor batch : waiting.list()) {
            loader.bad.add(batch.batchId());
        }
        while (pass.run()) {}
        stage(5, 10_000);
        pass.run();
        pass.run();
        assertThat(loader.inside).hasSize(5);
    }

    @Test
    void retention_goesThroughWhatIsKeptPageByPage_andLeavesWhatWaits() throws Exception {
        stage(BATCHES, 0);
        while (pass.run()) {}
        stage(20, 1_000_000);
        var ledger = new HashSet<>(loader.inside);
        s3.put(layout.dataKey(range(7_000_000), "orphan", Table.EVENTS), FILE);
        s3.put(layout.manifestKey("1-x", "stage_page_views"), FILE);
        s3.put("line/archive/dt=2020-01-01/hour=01/x.records", FILE);
        assertThat(s3.objects).hasSize(2 * BATCHES + 2 * 20 + 3);

        var age = new S3ObjectRetention.Age(Duration.ofDays(7), () -> s3.now);
        var retention = new S3ObjectRetention(
                s3, layout, ids -> intersection(ledger, Set.copyOf(ids)), new RetentionMetrics(registry), age);
        steps(retention);
        assertThat(s3.objects).hasSize(2 * BATCHES + 2 * 20 + 3);

        s3.now = s3.now.plus(Duration.ofDays(8));
        long before = s3.lists.get();
        steps(retention);
        System.out.printf("retention: %d LIST calls for %,d objects%n", s3.lists.get() - before, 2 * BATCHES);
        assertThat(s3.lists.get() - before).isLessThan(2L * BATCHES / 1_000 + 10);
        assertThat(s3.objects.keySet()).hasSize(2 * 20 + 1).contains("line/archive/dt=2020-01-01/hour=01/x.records");
        assertThat(waiting.list()).hasSize(20);
        assertThat(registry.get("sluice.retention.objects")
                        .tag("what", "data")
                        .counter()
                        .count())
                .isEqualTo(BATCHES + 1);
        // The next round is a day away, and a fresh bucket costs four listings then.
        long after = s3.lists.get();
        retention.step();
        assertThat(s3.lists.get()).isEqualTo(after);
    }

    private static void steps(S3ObjectRetention retention) throws LoadFailure {
        for (int i = 0; i < BATCHES / 250; i++) {
            retention.step();
        }
    }

    private record Calls(long lists, long listed, long others) {
        Calls since(Calls before) {
            return new Calls(lists - before.lists, listed - before.listed, others - before.others);
        }
    }

    private Calls calls() {
        return new Calls(s3.lists.get(), s3.listed.get(), s3.otherCalls.get());
    }

    private Calls callsOfALoadOf(int batches, int first) throws LoadFailure {
        stage(batches, first);
        Calls before = calls();
        assertThat(pass.run()).isFalse();
        assertThat(pass.run()).isFalse();
        return calls().since(before);
    }

    private void stage(int count, int first) {
        for (int i = 0; i < count; i++) {
            Range range = range(first + i);
            String key = layout.dataKey(range, "00ff", Table.PAGE_VIEWS);
            s3.put(key, FILE);
            String id = StagingLayout.batchId(range.shard(), range.first(), range.last());
            var file = new StagedFile(Table.PAGE_VIEWS, key, 10, FILE.length, SHA);
            var batch =
                    new BatchDescriptor(1, id, range, TestBatch.RECEIVED, TestBatch.RECEIVED, "1", "", List.of(file));
            s3.put(layout.waitingKey(id), batch.toJson());
        }
    }

    private static Range range(int number) {
        return new Range("shardId-000000000000", "49" + number, "50" + number);
    }

    private static Set<String> intersection(Set<String> one, Set<String> other) {
        var both = new HashSet<>(one);
        both.retainAll(other);
        return both;
    }

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
