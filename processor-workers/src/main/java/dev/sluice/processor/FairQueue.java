package dev.sluice.processor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link WorkerPool} holds, waiting or in work, by shard. While several shards use the pool, none may fill more than half of its
 * room nor occupy the last of its threads, and the shard with the least in work, or in the pool, goes first: frames that take long delay
 * their own shard only. A shard that is alone may have everything. Not thread-safe: guarded by the pool's lock.
 */
final class FairQueue<T> {
    private final WorkerPoolSettings settings;
    private final ToLongFunction<T> weight;
    /** In the order of turns: whoever had one goes to the end. */
    private final Map<String, Share> shares = new LinkedHashMap<>();

    private int frames;
    private long bytes;

    private final class Share {
        private final ArrayDeque<T> waiting = new ArrayDeque<>();
        private int frames;
        private int inWork;
        private long bytes;
        private boolean left;

        boolean hasRoom() {
            return !sharing() || (frames < half(settings.maxFrames()) && bytes < half(settings.maxBytes()));
        }

        boolean hasThread() {
            return !sharing() || inWork < Math.max(1, settings.threads() - 1);
        }
    }

    FairQueue(WorkerPoolSettings settings, ToLongFunction<T> weight) {
        this.settings = settings;
        this.weight = weight;
    }

    /** From now on the shard counts among those that use the pool. */
    void enter(String shard) {
        share(shard).left = false;
    }

    /** It doesn't any more, once nothing of it is held. */
    void leave(String shard) {
        Share share = shares.get(shard);
        if (share != null) {
            share.left = true;
            removeIfDone(shard, share);
        }
    }

    /** Which of these shards, in the order in which they came, may add something next; null when none may. */
    @Nullable String nextToAdd(Collection<String> callers) {
        if (frames >= settings.maxFrames() || bytes >= settings.maxBytes()) {
            return null;
        }
        String next = null;
        for (String caller : callers) {
            Share share = share(caller);
            if (share.hasRoom() && (next == null || share.frames < share(next).frames)) {
                next = caller;
            }
        }
        return next;
    }

    void add(String shard, T task) {
        Share share = share(shard);
        share.waiting.addLast(task);
        share.frames++;
        share.bytes += weight.applyAsLong(task);
        frames++;
        bytes += weight.applyAsLong(task);
    }

    /**
     * What is to be worked on next; null when there is nothing, or nothing that may be.
     *
     * @param evenTheLastThread whether a shard may occupy all threads: nothing more will come
     */
    @Nullable T take(boolean evenTheLastThread) {
        String next = null;
        for (Map.Entry<String, Share> entry : shares.entrySet()) {
            Share share = entry.getValue();
            boolean may = !share.waiting.isEmpty() && (evenTheLastThread || share.hasThread());
            if (may && (next == null || share.inWork < share(next).inWork)) {
                next = entry.getKey();
            }
        }
        if (next == null) {
            return null;
        }
        Share share = share(next);
        shares.remove(next);
        shares.put(next, share);
        share.inWork++;
        return share.waiting.removeFirst();
    }

    /** What was taken is done with. */
    void done(String shard, T task) {
        Share share = share(shard);
        share.inWork--;
        share.frames--;
        share.bytes -= weight.applyAsLong(task);
        frames--;
        bytes -= weight.applyAsLong(task);
        removeIfDone(shard, share);
    }

    /** Forgets everything; what was waiting. */
    List<T> clear() {
        var waiting = new ArrayList<T>();
        for (Iterator<Share> all = shares.values().iterator(); all.hasNext(); all.remove()) {
            waiting.addAll(all.next().waiting);
        }
        frames = 0;
        bytes = 0;
        return waiting;
    }

    int frames() {
        return frames;
    }

    long bytes() {
        return bytes;
    }

    private boolean sharing() {
        return shares.size() > 1;
    }

    private Share share(String shard) {
        return shares.computeIfAbsent(shard, _ -> new Share());
    }

    private void removeIfDone(String shard, Share share) {
        if (share.left && share.frames == 0) {
            shares.remove(shard);
        }
    }

    private static long half(long all) {
        return Math.max(1, all / 2);
    }
}
