package dev.sluice.common;

import java.util.List;
import java.util.UUID;

/**
 * What one Kinesis record holds: hits of one ingest epoch with consecutive sequence numbers.
 *
 * @param epoch which start of which ingest node
 * @param firstSeq the first hit's sequence number; the n-th has {@code firstSeq + n}
 * @param hits at least one, in order
 */
public record Frame(UUID epoch, long firstSeq, List<RawHit> hits) {
    public Frame {
        hits = List.copyOf(hits);
        if (hits.isEmpty()) {
            throw new IllegalArgumentException("a frame holds at least one hit");
        }
        if (firstSeq < 0) {
            throw new IllegalArgumentException("firstSeq is negative: " + firstSeq);
        }
    }

    public TransportId idOf(int index) {
        return new TransportId(epoch, firstSeq + index);
    }
}
