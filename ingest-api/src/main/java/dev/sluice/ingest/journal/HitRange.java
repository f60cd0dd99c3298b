package dev.sluice.ingest.journal;

import java.util.UUID;

/** Hits of one epoch with consecutive sequence numbers: what one frame carries. */
public record HitRange(UUID epoch, long firstSeq, int count) {
    public HitRange {
        if (firstSeq < 0 || count < 1) {
            throw new IllegalArgumentException("no range: " + count + " hits from " + firstSeq);
        }
    }
}
