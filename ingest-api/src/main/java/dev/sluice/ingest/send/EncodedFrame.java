package dev.sluice.ingest.send;

import dev.sluice.common.FrameCodec;
import dev.sluice.ingest.journal.HitRange;
import dev.sluice.ingest.journal.Journal;
import java.util.random.RandomGenerator;

/**
 * The record that carries a frame, and which hits are in it.
 *
 * @param oldestMicros when its first hit was received, as microseconds since 1970
 */
record EncodedFrame(HitRange range, long oldestMicros, StreamRecord record) implements Outgoing {
    /** Encodes the frame. */
    static EncodedFrame of(HitFrame frame, RandomGenerator random) {
        byte[] data = FrameCodec.encode(frame.first().epoch(), frame.first().seq(), frame.hits());
        return new EncodedFrame(
                frame.range(),
                frame.hits().getFirst().receivedAtMicros(),
                new StreamRecord(Outgoing.key(random), data));
    }

    @Override
    public EncodedFrame elsewhere(RandomGenerator random) {
        return new EncodedFrame(range, oldestMicros, new StreamRecord(Outgoing.key(random), record.data()));
    }

    @Override
    public int hits() {
        return range.count();
    }

    @Override
    public void releaseFrom(Journal journal) {
        journal.release(range);
    }
}
