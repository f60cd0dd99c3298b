package dev.sluice.ingest.journal;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;

/** Tells which segment has a hit, by the hit's id. Not thread-safe: guarded by the lock of the {@link Outbox}. */
final class SegmentOwners {
    /** By epoch, then by the first sequence number of a run of hits that are in one segment. */
    private final Map<UUID, NavigableMap<Long, Segment>> runs = new HashMap<>();

    /** From this hit on, up to where another segment begins, hits are in this segment. */
    void put(Segment segment, long firstSeq) {
        NavigableMap<Long, Segment> ofEpoch = runs.computeIfAbsent(segment.epoch, _ -> new TreeMap<>());
        Map.Entry<Long, Segment> before = ofEpoch.floorEntry(firstSeq);
        if (before == null || before.getValue() != segment) {
            ofEpoch.put(firstSeq, segment);
        }
    }

    /** Takes the hits off their segments' counts; a frame may reach over the end of a segment. */
    void release(HitRange stored) {
        NavigableMap<Long, Segment> ofEpoch = runs.getOrDefault(stored.epoch(), new TreeMap<>());
        long seq = stored.firstSeq();
        long end = seq + stored.count();
        while (seq < end) {
            Map.Entry<Long, Segment> run = ofEpoch.floorEntry(seq);
            if (run == null) {
                throw new IllegalStateException("hit " + seq + " of " + stored + " was never taken from here");
            }
            Long nextRun = ofEpoch.higherKey(seq);
            long upTo = nextRun == null ? end : Math.min(end, nextRun);
            run.getValue().pendingHits -= upTo - seq;
            seq = upTo;
        }
    }

    void remove(Collection<Segment> done) {
        runs.values().forEach(ofEpoch -> ofEpoch.values().removeAll(done));
        runs.values().removeIf(NavigableMap::isEmpty);
    }
}
