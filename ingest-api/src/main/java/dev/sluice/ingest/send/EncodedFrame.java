package dev.sluice.ingest.send;

import dev.sluice.common.FrameCodec;
import dev.sluice.ingest.journal.HitRange;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * The record that carries a frame, and which hits are in it.
 *
 * @param oldestMicros when its first hit was received, as microseconds since 1970
 */
record EncodedFrame(HitRange range, long oldestMicros, StreamRecord record) {
    /** Encodes the frame under a random partition key, so that no shard gets more than its share. */
    static EncodedFrame of(HitFrame frame, RandomGenerator random) {
        byte[] data = FrameCodec.encode(frame.first().epoch(), frame.first().seq(), frame.hits());
        return new EncodedFrame(
                frame.range(), frame.hits().getFirst().receivedAtMicros(), new StreamRecord(key(random), data));
    }

    /** The same under another key: it need not wait for the shard that just had enough. */
    EncodedFrame elsewhere(RandomGenerator random) {
        return new EncodedFrame(range, oldestMicros, new StreamRecord(key(random), record.data()));
    }

    private static String key(RandomGenerator random) {
        return HexFormat.of().toHexDigits(random.nextLong());
    }

    int hits() {
        return range.count();
    }
}
