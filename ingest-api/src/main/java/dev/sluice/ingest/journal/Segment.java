package dev.sluice.ingest.journal;

import java.nio.file.Path;
import java.util.UUID;

/**
 * One file of the journal and how much of it is still needed. Guarded by the lock of the {@link Outbox} it belongs to, but for
 * what never changes.
 */
final class Segment {
    final Path file;
    final UUID epoch;
    /** Written by an earlier start. */
    final boolean recovered;
    /** No segment of its epoch came after it, so that a crash may have torn its tail. */
    final boolean lastOfItsEpoch;

    /** Bytes it takes on the disk. */
    long diskBytes;
    /** Hits in it that the stream does not have yet, as far as it has been written or read. */
    long pendingHits;
    /** Audit records about it that the stream does not have yet. */
    int pendingAudits;
    /** No more hits will be found in it, and audit records speak of all that were. */
    boolean complete;
    /** Some of it could not be read: to be kept for a person to look at. */
    boolean damaged;

    private Segment(Path file, UUID epoch, boolean recovered, boolean lastOfItsEpoch) {
        this.file = file;
        this.epoch = epoch;
        this.recovered = recovered;
        this.lastOfItsEpoch = lastOfItsEpoch;
    }

    /** One that is about to be written. */
    static Segment fresh(Path file, UUID epoch) {
        return new Segment(file, epoch, false, true);
    }

    /** One that an earlier start left. */
    static Segment recovered(Path file, UUID epoch, boolean lastOfItsEpoch, long diskBytes) {
        var segment = new Segment(file, epoch, true, lastOfItsEpoch);
        segment.diskBytes = diskBytes;
        return segment;
    }

    boolean isDone() {
        return complete && pendingHits == 0 && pendingAudits == 0;
    }
}
