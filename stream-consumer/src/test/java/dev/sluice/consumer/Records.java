package dev.sluice.consumer;

import dev.sluice.common.Frame;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.PrivacySignal;
import dev.sluice.common.RawHit;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/** Records as KCL delivers them. */
final class Records {
    static final UUID EPOCH = UUID.fromString("7d1f6ab2-52a1-4d31-9d0a-6a60f0f3a8c1");

    private Records() {}

    static Frame frame(long firstSeq, int hits, String path) {
        var visitor = new RawHit.Visitor("", RawHit.Visitor.NO_NETWORK_ID, false, PrivacySignal.NONE);
        var hit = new RawHit(FakeEnrichment.AT, visitor, RawHit.Method.GET, path, "e=pv", Map.of(), new byte[0]);
        return new Frame(EPOCH, firstSeq, Collections.nCopies(hits, hit));
    }

    /** A frame of so many hits, with its position as the first hit's sequence number. */
    static KinesisClientRecord frames(long position, int hits) {
        return record(position, FrameCodec.encode(frame(position, hits, "/i")));
    }

    /** A frame that gives no rows. */
    static KinesisClientRecord empty(long position) {
        return record(position, FrameCodec.encode(frame(position, 1, "/none")));
    }

    static KinesisClientRecord foreign(long position) {
        return record(position, "not a frame".getBytes(StandardCharsets.UTF_8));
    }

    static KinesisClientRecord record(long position, byte[] data) {
        return part(position, 0, data);
    }

    static KinesisClientRecord part(long position, long sub, byte[] data) {
        return KinesisClientRecord.builder()
                .sequenceNumber(Long.toString(position))
                .subSequenceNumber(sub)
                .partitionKey("k")
                .approximateArrivalTimestamp(FakeEnrichment.AT)
                .data(ByteBuffer.wrap(data))
                .build();
    }

    /** Frames of one hit at these positions. */
    static List<KinesisClientRecord> range(long from, long to) {
        return LongStream.rangeClosed(from, to).mapToObj(n -> frames(n, 1)).toList();
    }
}
