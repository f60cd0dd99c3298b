package dev.sluice.ingest.send;

import dev.sluice.common.EncodedHit;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.KinesisLimits;
import dev.sluice.common.TransportId;
import dev.sluice.ingest.journal.JournalEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Packs hits with consecutive ids into frames. Sizes are counted before compression, so that a frame of hits that do not compress
 * fits into a record as well. Not thread-safe.
 */
final class FrameBuilder {
    /** Characters of the partition keys that the sender makes. */
    static final int PARTITION_KEY_CHARS = 16;
    /** The most that hits may take in one frame. */
    static final int MOST_HIT_BYTES = KinesisLimits.RECORD_MAX_BYTES - FrameCodec.HEADER_BYTES - PARTITION_KEY_CHARS;

    private final long targetBytes;
    private final int targetHits;

    private final List<EncodedHit> hits = new ArrayList<>();
    private @Nullable TransportId first;
    private long bytes;

    FrameBuilder(long targetBytes, int targetHits) {
        this.targetBytes = targetBytes;
        this.targetHits = targetHits;
    }

    /** Whether a frame, and so a record, can hold this hit at all, even if it does not compress. */
    static boolean fits(EncodedHit hit) {
        return hit.size() <= MOST_HIT_BYTES;
    }

    /** Adds the hit; the answer is the frame that had to be closed before it, if one had to. */
    Optional<HitFrame> add(JournalEntry entry) {
        int size = entry.hit().size();
        boolean closes =
                !hits.isEmpty() && (bytes + size > targetBytes || hits.size() >= targetHits || !follows(entry.id()));
        Optional<HitFrame> closed = closes ? flush() : Optional.empty();
        if (hits.isEmpty()) {
            first = entry.id();
        }
        hits.add(entry.hit());
        bytes += size;
        return closed;
    }

    private boolean follows(TransportId id) {
        return first != null && id.epoch().equals(first.epoch()) && id.seq() == first.seq() + hits.size();
    }

    /** Closes the frame under way. */
    Optional<HitFrame> flush() {
        if (first == null) {
            return Optional.empty();
        }
        var frame = new HitFrame(first, hits);
        hits.clear();
        first = null;
        bytes = 0;
        return Optional.of(frame);
    }
}
