package dev.sluice.ingest.send;

import dev.sluice.common.Frame;
import dev.sluice.common.FrameCodec;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** A frame and the record that carries it. */
record EncodedFrame(Frame frame, StreamRecord record) {
    /** Encodes the frame under a random partition key, so that no shard gets more than its share. */
    static EncodedFrame of(Frame frame, RandomGenerator random) {
        String key = HexFormat.of().toHexDigits(random.nextLong());
        return new EncodedFrame(frame, new StreamRecord(key, FrameCodec.encode(frame)));
    }

    int hits() {
        return frame.hits().size();
    }
}
