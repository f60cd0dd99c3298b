package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.table.Table;
import dev.sluice.loader.staging.BatchDescriptor;
import dev.sluice.loader.staging.BatchDescriptor.StagedFile;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitingBatchesTest {
    private final FakeBatchStore store = new FakeBatchStore();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final WaitingBatches waiting =
            new WaitingBatches(store, new LoaderMetrics(registry, InstantSource.fixed(TestBatch.RECEIVED)), 2);
    private final BatchDescriptor batch = TestBatch.of("shard-0", 10, 5);

    @Test
    void list_givesWhatIsStaged() throws Exception {
        store.stage(batch);
        assertThat(waiting.list()).containsExactly(batch);
    }

    @Test
    void list_readsADescriptorOnce() throws Exception {
        store.stage(batch);
        waiting.list();
        waiting.list();
        assertThat(store.reads).hasSize(1);
    }

    @Test
    void list_leavesAloneWhatIsNoDescriptorAndTellsOnce() throws Exception {
        store.stage(batch);
        store.objects.put("staged/batches/notes.txt", bytes("hello"));
        store.objects.put("staged/batches/broken.json", bytes("{"));
        store.objects.put("staged/batches/empty.json", bytes("{}"));
        store.objects.put("staged/batches/null.json", bytes("null"));
        store.objects.put("staged/batches/huge.json", new byte[300 * 1024]);
        store.objects.put("staged/batches/other.json", batch.toJson());
        BatchDescriptor other = TestBatch.of("shardId-000000000009", 1, 5);
        String tableless = new String(other.toJson(), StandardCharsets.UTF_8).replace("\"table\"", "\"desk\"");
        store.objects.put("staged/batches/" + other.batchId() + ".json", bytes(tableless));
        assertThat(waiting.list()).containsExactly(batch);
        assertThat(waiting.list()).containsExactly(batch);
        assertThat(registry.get("sluice.load.objects.refused").counter().count())
                .isEqualTo(7);
        assertThat(store.objects).hasSize(8);
    }

    /** Staged by a consumer of a later release: none of it is loaded by this one, all of it by the one that knows the table. */
    @Test
    void list_leavesABatchWithATableThatItDoesNotKnow_asItIs() throws Exception {
        String later = new String(batch.toJson(), StandardCharsets.UTF_8).replace("PAGE_VIEWS", "PAGES_OF_TOMORROW");
        String key = "staged/batches/" + batch.batchId() + ".json";
        store.objects.put(key, bytes(later));
        assertThat(waiting.list()).isEmpty();
        waiting.finish(List.of());
        assertThat(store.objects).containsOnlyKeys(key);
        assertThat(registry.get("sluice.load.objects.refused").counter().count())
                .isEqualTo(1);
    }

    @Test
    void list_refusesADescriptorWhoseFileCopyCouldNotBeGiven() throws Exception {
        store.stage(withFile(new StagedFile(Table.EVENTS, "a'b", 1, 1, "00")));
        assertThat(waiting.list()).isEmpty();
        store.stage(withFile(new StagedFile(Table.EVENTS, "a", 0, 1, "00")));
        assertThat(waiting.list()).isEmpty();
        assertThat(registry.get("sluice.load.objects.refused").counter().count())
                .isEqualTo(1);
    }

    @Test
    void finish_hidesABatchThatCouldNotBeMovedAndMovesItLater() throws Exception {
        store.stage(batch);
        waiting.list();
        store.movesFail = true;
        waiting.finish(List.of(batch));
        assertThat(waiting.list()).isEmpty();
        store.movesFail = false;
        waiting.finish(List.of());
        assertThat(store.objects).isEmpty();
        waiting.list();
        int moves = store.moves;
        waiting.finish(List.of());
        assertThat(store.moves).isEqualTo(moves);
    }

    @Test
    void list_forgetsWhatIsGone() throws Exception {
        store.stage(batch);
        waiting.list();
        store.objects.clear();
        assertThat(waiting.list()).isEmpty();
        store.stage(batch);
        assertThat(waiting.list()).containsExactly(batch);
        assertThat(store.reads).hasSize(2);
    }

    private BatchDescriptor withFile(StagedFile file) {
        return new BatchDescriptor(
                1,
                batch.batchId(),
                batch.range(),
                batch.minReceivedAt(),
                batch.maxReceivedAt(),
                batch.enrichVersion(),
                batch.dataVersions(),
                List.of(file));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
