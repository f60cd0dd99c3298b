package dev.sluice.consumer;

import dev.sluice.common.Frame;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.FrameFormatException;
import dev.sluice.common.RawHit;
import dev.sluice.common.table.Row;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import software.amazon.kinesis.retrieval.KinesisClientRecord;
import software.amazon.kinesis.retrieval.kpl.ExtendedSequenceNumber;

/**
 * One shard's records on their way through enrichment: several at once, out again in order. Bounded by the bytes of the hits
 * in it (one frame more than the bound may be in it). Confined to the shard's thread.
 */
final class FrameIntake {
    /** All rows of one record. */
    record Enriched(ExtendedSequenceNumber position, List<Row> rows) {}

    private record Pending(ExtendedSequenceNumber position, long weight, CompletableFuture<List<Row>> rows) {}

    private final String shardId;
    private final Enrichment enrichment;
    private final ConsumerMetrics metrics;
    private final long maxBytes;

    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private long bytes;

    FrameIntake(String shardId, Enrichment enrichment, ConsumerMetrics metrics, long maxBytes) {
        this.shardId = shardId;
        this.enrichment = enrichment;
        this.metrics = metrics;
        this.maxBytes = maxBytes;
    }

    boolean isEmpty() {
        return pending.isEmpty();
    }

    boolean isFull() {
        return bytes >= maxBytes;
    }

    /** Takes one record; what is not a frame becomes a bad row. */
    void submit(ExtendedSequenceNumber position, KinesisClientRecord record) throws InterruptedException {
        byte[] data = bytes(record.data());
        Pending taken;
        try {
            Frame frame = FrameCodec.decode(data);
            long weight = frame.hits().stream().mapToLong(RawHit::weight).sum();
            taken = new Pending(position, weight, enrichment.submit(frame));
            metrics.frame(frame.hits().size());
        } catch (FrameFormatException e) {
            Row row = enrichment.notAFrame(shardId, record, data, String.valueOf(e.getMessage()));
            taken = new Pending(position, data.length, CompletableFuture.completedFuture(List.of(row)));
            metrics.foreign();
        }
        pending.addLast(taken);
        bytes += taken.weight();
        metrics.inflight(1);
    }

    /** Waits for the oldest record's rows and takes it out. */
    Enriched takeOldest() throws InterruptedException {
        Pending oldest = pending.getFirst();
        List<Row> rows;
        try {
            rows = oldest.rows().get();
        } catch (ExecutionException e) {
            // By contract no content of a frame does this: it is the process that is broken, or closing.
            throw new IllegalStateException("enrichment failed", e.getCause());
        }
        pending.removeFirst();
        bytes -= oldest.weight();
        metrics.inflight(-1);
        return new Enriched(oldest.position(), rows);
    }

    /** Lets go of everything in it. */
    void discard() {
        metrics.inflight(-pending.size());
        pending.clear();
        bytes = 0;
    }

    private static byte[] bytes(ByteBuffer data) {
        byte[] bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        return bytes;
    }
}
