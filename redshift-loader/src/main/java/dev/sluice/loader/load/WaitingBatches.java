package dev.sluice.loader.load;

import dev.sluice.loader.load.BatchStore.Waiting;
import dev.sluice.loader.staging.BatchDescriptor;
import dev.sluice.loader.staging.BatchDescriptor.StagedFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The batches that wait for a load. Reads each descriptor once, as they never change. What lies among them and is none (foreign
 * objects, descriptors that can't be read or that name what COPY could not be given) is told once, counted, and left alone.
 * Confined to the loader's thread; holds no more than one listing.
 *
 * <p>A backlog is worked off one listing after the other, not one listing for each load: as long as the last listing holds
 * enough for a load, and loads take from it, it is not made anew.
 */
final class WaitingBatches {
    private static final Logger LOG = LoggerFactory.getLogger(WaitingBatches.class);

    /** A descriptor has about a kilobyte. */
    private static final long MOST_DESCRIPTOR_BYTES = 256 * 1024;

    private final BatchStore store;
    private final LoaderMetrics metrics;
    private final int enough;
    private final Map<String, BatchDescriptor> known = new HashMap<>();
    private final Set<String> refused = new HashSet<>();
    /** Loaded, and in the last listing. */
    private final Map<String, BatchDescriptor> finished = new HashMap<>();
    /** Of the finished ones, those whose descriptor is still in the way. */
    private final Map<String, BatchDescriptor> unmoved = new HashMap<>();

    /** Of the last listing, what was not finished when it was last asked for; in its order. */
    private List<BatchDescriptor> rest = List.of();
    /** Whether anything was finished since then. Without, those that can't be loaded would hide the others for ever. */
    private boolean moving;

    /** @param enough for one load: so many of a listing spare the next one */
    WaitingBatches(BatchStore store, LoaderMetrics metrics, int enough) {
        this.store = store;
        this.metrics = metrics;
        this.enough = enough;
    }

    /** What waits, the longest-waiting first: all of it, or the rest of a listing that holds more than a load takes. */
    List<BatchDescriptor> list() throws LoadFailure {
        if (moving) {
            Set<String> done = ids(finished.values());
            rest = rest.stream()
                    .filter(batch -> !done.contains(batch.batchId()))
                    .toList();
        }
        if (!moving || rest.size() <= enough) {
            rest = listAnew();
        }
        moving = false;
        return rest;
    }

    /** Their ids name them; comparing all their parts, for thousands, is what a load's time would go into. */
    private static Set<String> ids(Collection<BatchDescriptor> batches) {
        Set<String> ids = new HashSet<>();
        batches.forEach(batch -> ids.add(batch.batchId()));
        return ids;
    }

    private List<BatchDescriptor> listAnew() throws LoadFailure {
        List<Waiting> listed = new ArrayList<>(store.list());
        listed.sort(Comparator.comparing(Waiting::since).thenComparing(Waiting::key));
        Set<String> keys = new HashSet<>();
        listed.forEach(waiting -> keys.add(waiting.key()));
        known.keySet().retainAll(keys);
        refused.retainAll(keys);
        finished.keySet().retainAll(keys);
        unmoved.keySet().retainAll(keys);
        readNew(listed);

        var batches = new ArrayList<BatchDescriptor>();
        for (Waiting waiting : listed) {
            BatchDescriptor batch = known.get(waiting.key());
            if (batch != null && !finished.containsKey(waiting.key())) {
                batches.add(batch);
            }
        }
        return batches;
    }

    /** Of these, the batches with files that are not what was staged, and what is wrong with each such file. */
    Map<BatchDescriptor, List<String>> damagedAmong(List<BatchDescriptor> batches) throws LoadFailure {
        Map<StagedFile, String> damage = store.damaged(
                batches.stream().flatMap(batch -> batch.files().stream()).toList());
        var damaged = new LinkedHashMap<BatchDescriptor, List<String>>();
        for (BatchDescriptor batch : batches) {
            for (StagedFile file : batch.files()) {
                String what = damage.get(file);
                if (what != null) {
                    damaged.computeIfAbsent(batch, _ -> new ArrayList<>()).add(file.key() + " " + what);
                }
            }
        }
        return damaged;
    }

    /** Moves these out of the way, and those that an earlier call could not. */
    void finish(List<BatchDescriptor> loaded) {
        moving |= !loaded.isEmpty();
        Set<String> done = ids(loaded);
        for (Map.Entry<String, BatchDescriptor> entry : known.entrySet()) {
            if (done.contains(entry.getValue().batchId())) {
                finished.put(entry.getKey(), entry.getValue());
                unmoved.put(entry.getKey(), entry.getValue());
            }
        }
        // They stay known as finished until a listing no longer shows them.
        Set<String> moved = ids(store.moveToLoaded(List.copyOf(unmoved.values())));
        unmoved.values().removeIf(batch -> moved.contains(batch.batchId()));
        if (!unmoved.isEmpty()) {
            LOG.debug("{} loaded batches could not be moved out of the way yet", unmoved.size());
        }
    }

    private void readNew(List<Waiting> listed) throws LoadFailure {
        var wanted = new HashMap<String, String>();
        for (Waiting waiting : listed) {
            if (known.containsKey(waiting.key()) || refused.contains(waiting.key())) {
                continue;
            }
            String id = store.batchIdOf(waiting.key());
            if (id == null) {
                refuse(waiting.key(), "it is not a descriptor's key");
            } else if (waiting.bytes() > MOST_DESCRIPTOR_BYTES) {
                refuse(waiting.key(), "it has " + waiting.bytes() + " bytes");
            } else {
                wanted.put(waiting.key(), id);
            }
        }
        for (Map.Entry<String, byte[]> read : store.read(wanted.keySet()).entrySet()) {
            String key = read.getKey();
            try {
                BatchDescriptor batch = BatchDescriptor.fromJson(read.getValue());
                String fault = faultOf(batch, wanted.get(key));
                if (fault == null) {
                    known.put(key, batch);
                } else {
                    refuse(key, fault);
                }
            } catch (IllegalArgumentException | NullPointerException e) {
                refuse(key, String.valueOf(e.getMessage()));
            }
        }
    }

    private static @Nullable String faultOf(BatchDescriptor batch, @Nullable String idOfKey) {
        if (!batch.batchId().equals(idOfKey)) {
            return "it describes another batch";
        }
        for (StagedFile file : batch.files()) {
            if (!CopyStatement.isSafeKey(file.key())) {
                return "it names a file whose key can't be given to COPY";
            }
            if (file.rows() <= 0 || file.bytes() <= 0) {
                return "it names a file without rows";
            }
        }
        return batch.maxReceivedAt().isBefore(batch.minReceivedAt()) ? "its times are the wrong way round" : null;
    }

    private void refuse(String key, String why) {
        refused.add(key);
        metrics.objectRefused();
        LOG.warn("{} lies among the batches that wait, and is not one: {}. It is left where it is", key, why);
    }
}
