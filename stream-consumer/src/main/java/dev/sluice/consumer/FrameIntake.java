package dev.sluice.consumer;

import dev.sluice.common.AuditCodec;
import dev.sluice.common.Frame;
import dev.sluice.common.FrameCodec;
import dev.sluice.common.FrameFormatException;
import dev.sluice.common.RawHit;
import dev.sluice.common.table.Row;
import dev.sluice.loader.staging.archive.ArchivedRecord;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import software.amazon.kinesis.retrieval.KinesisClientRecord;
import software.amazon.kinesis.retrieval.kpl.ExtendedSequenceNumber;

/**
 * One shard's records on their way through enrichment: several at once, out again in order. Bounded by the bytes of records, hits and
 * rows in it; what is in work when that is reached may pass it by its rows. Confined to the shard's thread.
 */
final class FrameIntake {
    /**
     * @param record as it was received
     * @param rows all that it gave
     * @param dataBefore the data files that were in use before the rows were made
     * @param dataAfter and after: another, when one was swapped meanwhile
     */
    record Enriched(
            ExtendedSequenceNumber position,
            ArchivedRecord record,
            List<Row> rows,
            String dataBefore,
            String dataAfter) {}

    private record Pending(
            ExtendedSequenceNumber position,
            ArchivedRecord record,
            long weight,
            CompletableFuture<List<Row>> rows,
            String data) {}

    private final String shardId;
    private final Enrichment enrichment;
    private final ConsumerMetrics metrics;
    private final long maxBytes;

    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private long bytes;
    /** Of rows that are made and not taken out. Workers add to it. */
    private final AtomicLong rowBytes = new AtomicLong();

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
        return bytes + rowBytes.get() >= maxBytes;
    }

    /** Takes one record: a frame, an audit record, or what becomes a bad row as it is neither. */
    void submit(ExtendedSequenceNumber position, KinesisClientRecord record) throws InterruptedException {
        byte[] data = bytes(record.data());
        ArchivedRecord received = received(record, data);
        CompletableFuture<List<Row>> rows;
        String versions = enrichment.dataVersions();
        long weight = data.length;
        try {
            if (AuditCodec.isAudit(data)) {
                rows = CompletableFuture.completedFuture(AuditRows.of(AuditCodec.decode(data)));
                metrics.audit();
            } else {
                Frame frame = FrameCodec.decode(data);
                weight += frame.hits().stream().mapToLong(RawHit::weight).sum();
                rows = enrichment.submit(shardId, frame);
                metrics.frame(frame.hits().size());
            }
        } catch (FrameFormatException e) {
            Row row = enrichment.notAFrame(shardId, record, data, String.valueOf(e.getMessage()));
            rows = CompletableFuture.completedFuture(List.of(row));
            metrics.foreign();
        }
        pending.addLast(new Pending(position, received, weight, rows.thenApply(this::weighed), versions));
        bytes += weight;
        metrics.inflight(1);
    }

    private ArchivedRecord received(KinesisClientRecord record, byte[] data) {
        Instant arrived = record.approximateArrivalTimestamp();
        String key = record.partitionKey();
        return new ArchivedRecord(
                shardId,
                record.sequenceNumber(),
                key == null ? "" : key,
                arrived == null ? Instant.EPOCH : arrived,
                data);
    }

    private List<Row> weighed(List<Row> rows) {
        rowBytes.addAndGet(weight(rows));
        return rows;
    }

    private static long weight(List<Row> rows) {
        return rows.stream().mapToLong(Row::weight).sum();
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
        rowBytes.addAndGet(-weight(rows));
        pending.removeFirst();
        bytes -= oldest.weight();
        metrics.inflight(-1);
        return new Enriched(oldest.position(), oldest.record(), rows, oldest.data(), enrichment.dataVersions());
    }

    /** Lets go of everything in it. */
    void discard() {
        metrics.inflight(-pending.size());
        pending.clear();
        bytes = 0;
        enrichment.leave(shardId);
    }

    private static byte[] bytes(ByteBuffer data) {
        byte[] bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        return bytes;
    }
}
