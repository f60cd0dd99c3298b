package dev.sluice.ingest.journal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.common.TransportId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Appenders that wait until the stream has their hits. Bounded by count. Thread-safe. */
final class StreamAcks {
    /** More requests than the server takes connections do not wait at once. */
    private static final int MOST = 10_000;

    @GuardedBy("this") private final Map<TransportId, CompletableFuture<TransportId>> waiting = new HashMap<>();

    synchronized boolean isFull() {
        if (waiting.size() >= MOST) {
            // Those who gave up made room.
            waiting.values().removeIf(CompletableFuture::isDone);
        }
        return waiting.size() >= MOST;
    }

    synchronized void expect(List<CommitQueue.Append> group, List<JournalEntry> entries) {
        for (int i = 0; i < entries.size(); i++) {
            waiting.put(entries.get(i).id(), group.get(i).durable());
        }
    }

    private synchronized @Nullable CompletableFuture<TransportId> take(TransportId id) {
        return waiting.remove(id);
    }

    void stored(HitRange range) {
        for (int i = 0; i < range.count(); i++) {
            var id = new TransportId(range.epoch(), range.firstSeq() + i);
            CompletableFuture<TransportId> future = take(id);
            if (future != null) {
                future.complete(id);
            }
        }
    }
}
