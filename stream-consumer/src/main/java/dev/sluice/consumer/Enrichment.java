package dev.sluice.consumer;

import dev.sluice.common.Frame;
import dev.sluice.common.table.Row;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/** What makes rows, as a shard sees it. Thread-safe: all shards share one. */
interface Enrichment {
    /**
     * Hands over a frame; blocks while there is no room.
     *
     * @param shardId whose it is, as shards get equal shares
     * @return all rows of the frame, in order. Fails only when what makes rows is broken or closed, never for what a frame holds
     * @throws InterruptedException while waiting; the frame was then not taken
     */
    CompletableFuture<List<Row>> submit(String shardId, Frame frame) throws InterruptedException;

    /**
     * The row that stands for a record that is not a frame; the same record gives the same row.
     *
     * @param detail which check failed, without a quotation
     */
    Row notAFrame(String shardId, KinesisClientRecord record, byte[] bytes, String detail);

    /** Which data files are in use now; empty when none are. Changes when one is swapped. */
    String dataVersions();

    /** Says that no more frames of this shard come for now. */
    void leave(String shardId);
}
