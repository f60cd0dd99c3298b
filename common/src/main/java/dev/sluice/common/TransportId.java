package dev.sluice.common;

import java.util.UUID;

/**
 * Names one hit for ever: which start of which ingest node accepted it, and as its how-many-th. No client can forge it,
 * and every repeat that the pipeline itself makes carries the same one.
 *
 * @param epoch random, one per start of an ingest process
 * @param seq dense within the epoch, from 0, given when the hit is made durable
 */
public record TransportId(UUID epoch, long seq) {
    public TransportId {
        if (seq < 0) {
            throw new IllegalArgumentException("seq is negative: " + seq);
        }
    }
}
