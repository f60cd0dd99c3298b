package dev.sluice.ingest.send;

import dev.sluice.common.EncodedHit;

/** What the stream can carry at all, for those who must refuse the rest. */
public final class RecordLimits {
    private RecordLimits() {}

    /** Whether a record can hold this hit, even if it does not compress. */
    public static boolean fits(EncodedHit hit) {
        return FrameBuilder.fits(hit);
    }
}
