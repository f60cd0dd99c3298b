package dev.sluice.ingest.send;

import dev.sluice.common.EncodedHit;
import dev.sluice.common.TransportId;
import dev.sluice.ingest.journal.HitRange;
import java.util.List;

/**
 * Hits with consecutive ids that share a frame.
 *
 * @param first id of the first
 * @param hits at least one, in order
 */
record HitFrame(TransportId first, List<EncodedHit> hits) {
    HitFrame {
        hits = List.copyOf(hits);
    }

    HitRange range() {
        return new HitRange(first.epoch(), first.seq(), hits.size());
    }
}
