package dev.sluice.ingest.send;

import dev.sluice.common.RawHit;

/** What the stream can carry at all, for those who must refuse the rest. */
public final class RecordLimits {
    private RecordLimits() {}

    /** Whether a record can hold this hit, even if it does not compress. Costs nothing for hits of ordinary size. */
    public static boolean fits(RawHit hit) {
        return FrameBuilder.fits(hit);
    }
}
