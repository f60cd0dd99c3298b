package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.common.Backoff;
import dev.sluice.loader.staging.BatchDescriptor;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoadPassTest {
    private final FakeBatchStore store = new FakeBatchStore();
    private final FakeLoader loader = new FakeLoader();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final LoaderMetrics metrics =
            new LoaderMetrics(registry, InstantSource.fixed(TestBatch.RECEIVED.plusSeconds(7)));
    private final AtomicLong nanos = new AtomicLong();
    private final LoadPass pass = new LoadPass(
            new WaitingBatches(store, metrics, 8),
            new BatchSelection(
                    new BatchSelection.Limits(8, 1000, 1),
                    new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(8)),
                    nanos::get,
                    new Random(1)),
            loader,
            metrics,
            nanos::get);

    private List<BatchDescriptor> stage(int count) {
        List<BatchDescriptor> batches = IntStream.range(0, count)
                .mapToObj(i -> TestBatch.of("shard-" + i, 0, 10))
                .toList();
        batches.forEach(store::stage);
        return batches;
    }

    @Test
    void run_loadsWhatWaitsInOneLoadAndMovesIt() throws Exception {
        stage(3);
        assertThat(pass.run()).isFalse();
        assertThat(loader.loads).hasSize(1);
        assertThat(loader.inside).hasSize(3);
        assertThat(store.objects).isEmpty();
        assertThat(batches("loaded")).isEqualTo(3);
        assertThat(registry.get("sluice.load.waiting.batches").gauge().value()).isZero();
    }

    @Test
    void run_withNothingWaitingDoesNotLoad() throws Exception {
        assertThat(pass.run()).isFalse();
        assertThat(loader.loads).isEmpty();
        assertThat(store.moves).isZero();
    }

    @Test
    void run_saysThatThereIsMore() throws Exception {
        stage(9);
        assertThat(pass.run()).isTrue();
        assertThat(pass.run()).isFalse();
        assertThat(loader.inside).hasSize(9);
    }

    @Test
    void run_loadsTheOthersWhenOneIsBad() throws Exception {
        BatchDescriptor bad = stage(8).get(5);
        loader.bad.add(bad.batchId());
        assertThat(pass.run()).isFalse();
        assertThat(loader.inside).hasSize(7).doesNotContain(bad.batchId());
        assertThat(store.objects).hasSize(1);
        assertThat(batches("failed")).isEqualTo(1);
        // 8, 4 good, 4, 2, 1 good, 1 bad, 2 good: the bad one costs no more than its halvings.
        assertThat(loader.loads.size()).isLessThanOrEqualTo(7);
        assertThat(registry.get("sluice.load.lag").gauge().value()).isEqualTo(7);
    }

    @Test
    void run_triesABadBatchAgainAloneAndLaterOnly() throws Exception {
        BatchDescriptor bad = stage(2).getFirst();
        loader.bad.add(bad.batchId());
        pass.run();
        loader.loads.clear();
        pass.run();
        assertThat(loader.loads).isEmpty();
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        loader.bad.clear();
        pass.run();
        assertThat(loader.loads).containsExactly(List.of(bad.batchId()));
        assertThat(store.objects).isEmpty();
    }

    @Test
    void run_movesWithoutLoadingWhatTheLedgerHolds() throws Exception {
        stage(1).forEach(batch -> loader.inside.add(batch.batchId()));
        pass.run();
        assertThat(store.objects).isEmpty();
        assertThat(batches("already_loaded")).isEqualTo(1);
        assertThat(batches("loaded")).isZero();
    }

    @Test
    void run_doesNotLoadAgainWhatCouldNotBeMoved() throws Exception {
        stage(2);
        store.movesFail = true;
        pass.run();
        pass.run();
        assertThat(loader.loads).hasSize(1);
        store.movesFail = false;
        pass.run();
        assertThat(store.objects).isEmpty();
        assertThat(loader.loads).hasSize(1);
    }

    @Test
    void run_leavesEverythingWaitingWhileTheWarehouseIsAway() throws Exception {
        stage(4);
        loader.away = LoadFailure.Kind.RETRY;
        assertThatThrownBy(pass::run).isInstanceOf(LoadFailure.class);
        assertThat(loader.loads).hasSize(1);
        assertThat(store.objects).hasSize(4);
        loader.away = null;
        pass.run();
        assertThat(loader.inside).hasSize(4);
        assertThat(registry.get("sluice.load.failures")
                        .tag("kind", "retry")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void run_loadsABatchWithoutItsBadRowsWhenAllOthersAreLoaded() throws Exception {
        BatchDescriptor bad = stage(8).get(2);
        loader.bad.add(bad.batchId());
        loader.curable.put(bad.batchId(), 3);
        pass.run();
        assertThat(loader.insideWhenCleaned).containsExactly(7);
        assertThat(store.objects).isEmpty();
        assertThat(batches("loaded")).isEqualTo(8);
        assertThat(batches("failed")).isZero();
        assertThat(rows("inserted") + rows("quarantined")).isEqualTo(80);
        assertThat(rows("quarantined")).isEqualTo(3);
        assertThat(registry.get("sluice.dlq.records")
                        .tag("stage", "load")
                        .tag("reason", "too_long")
                        .counter()
                        .count())
                .isEqualTo(3);
        assertThat(registry.get("sluice.load.waiting.batches").gauge().value()).isZero();
    }

    @Test
    void run_looksForBadRowsAgainWhenTheBatchsTimeHasCome() throws Exception {
        BatchDescriptor bad = stage(1).getFirst();
        loader.bad.add(bad.batchId());
        pass.run();
        pass.run();
        assertThat(loader.cleaned).hasSize(1);
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        loader.curable.put(bad.batchId(), 1);
        pass.run();
        assertThat(loader.cleaned).hasSize(2);
        assertThat(store.objects).isEmpty();
    }

    @Test
    void run_keepsApartABatchWhoseBadRowsCouldNotBeLookedFor() throws Exception {
        BatchDescriptor bad = stage(4).get(1);
        loader.bad.add(bad.batchId());
        loader.cleaningFails = LoadFailure.Kind.RETRY;
        assertThatThrownBy(pass::run).isInstanceOf(LoadFailure.class);
        assertThat(loader.inside).hasSize(3);
        store.stage(TestBatch.of("shard-9", 0, 10));
        loader.loads.clear();
        pass.run();
        assertThat(loader.loads).hasSize(1);
        assertThat(loader.inside).hasSize(4);
    }

    @Test
    void run_neverLoadsABatchWithADamagedFileAndTellsOnce() throws Exception {
        BatchDescriptor damaged = stage(4).get(1);
        store.damaged.add(damaged.files().getFirst().key());
        pass.run();
        assertThat(loader.inside).hasSize(3).doesNotContain(damaged.batchId());
        nanos.addAndGet(Duration.ofSeconds(8).toNanos());
        pass.run();
        assertThat(loader.loads).hasSize(1);
        assertThat(loader.cleaned).isEmpty();
        assertThat(store.objects).hasSize(1);
        assertThat(batches("failed")).isEqualTo(2);
        assertThat(registry.get("sluice.load.objects.damaged").counter().count())
                .isEqualTo(1);
        nanos.addAndGet(Duration.ofSeconds(8).toNanos());
        store.damaged.clear();
        pass.run();
        assertThat(store.objects).isEmpty();
    }

    @Test
    void run_movesABatchThatIsLoadedThoughItsFilesAreGone() throws Exception {
        BatchDescriptor batch = stage(1).getFirst();
        loader.inside.add(batch.batchId());
        store.damaged.add(batch.files().getFirst().key());
        pass.run();
        assertThat(store.objects).isEmpty();
        assertThat(batches("already_loaded")).isEqualTo(1);
        assertThat(registry.get("sluice.load.objects.damaged").counter().count())
                .isZero();
    }

    private double rows(String result) {
        return registry.get("sluice.load.rows")
                .tag("table", "page_views")
                .tag("result", result)
                .counter()
                .count();
    }

    private double batches(String result) {
        return registry.get("sluice.load.batches")
                .tag("result", result)
                .counter()
                .count();
    }
}
