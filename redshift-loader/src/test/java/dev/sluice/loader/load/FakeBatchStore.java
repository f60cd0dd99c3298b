package dev.sluice.loader.load;

import dev.sluice.loader.staging.BatchDescriptor;
import dev.sluice.loader.staging.BatchDescriptor.StagedFile;
import dev.sluice.loader.staging.StagingLayout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A bucket in memory. */
final class FakeBatchStore implements BatchStore {
    final StagingLayout layout = new StagingLayout("bucket", "");
    final Map<String, byte[]> objects = new TreeMap<>();
    final List<String> reads = new ArrayList<>();
    /** Keys of files that are not what was staged. */
    final Set<String> damaged = new HashSet<>();

    boolean movesFail;
    boolean away;
    int moves;

    void stage(BatchDescriptor batch) {
        objects.put(layout.waitingKey(batch.batchId()), batch.toJson());
    }

    @Override
    public List<Waiting> list() throws LoadFailure {
        if (away) {
            throw new LoadFailure(LoadFailure.Kind.RETRY, "S3 is away", null);
        }
        return objects.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(layout.waitingPrefix()))
                .map(entry -> new Waiting(entry.getKey(), entry.getValue().length, TestBatch.RECEIVED))
                .toList();
    }

    @Override
    public Map<String, byte[]> read(Collection<String> keys) {
        reads.addAll(keys);
        var found = new HashMap<String, byte[]>();
        keys.forEach(key -> {
            byte[] bytes = objects.get(key);
            if (bytes != null) {
                found.put(key, bytes);
            }
        });
        return found;
    }

    @Override
    public void put(String key, byte[] bytes) {
        objects.put(key, bytes);
    }

    @Override
    public Map<StagedFile, String> damaged(Collection<StagedFile> files) {
        var found = new HashMap<StagedFile, String>();
        files.stream().filter(file -> damaged.contains(file.key())).forEach(file -> found.put(file, "is gone"));
        return found;
    }

    @Override
    public void deleteBelow(String prefix) {
        objects.keySet().removeIf(key -> key.startsWith(prefix));
    }

    @Override
    public List<BatchDescriptor> moveToLoaded(List<BatchDescriptor> batches) {
        moves += batches.size();
        if (movesFail) {
            return List.of();
        }
        batches.forEach(batch -> objects.remove(layout.waitingKey(batch.batchId())));
        return batches;
    }

    @Override
    public @Nullable String batchIdOf(String key) {
        String id = key.substring(layout.waitingPrefix().length()).replace(".json", "");
        return layout.waitingKey(id).equals(key) ? id : null;
    }
}
