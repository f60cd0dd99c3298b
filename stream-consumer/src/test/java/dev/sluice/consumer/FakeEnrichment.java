package dev.sluice.consumer;

import dev.sluice.common.Frame;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.RowDraft;
import dev.sluice.common.table.Table;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/** One page view per hit; none for a hit at {@code /none}. Completes at once, or in reverse when told to hold. */
final class FakeEnrichment implements Enrichment {
    static final Instant AT = Instant.parse("2026-11-23T10:11:12Z");

    /** Frames are held, and completed newest first when this many wait; 0 completes each at once. */
    int hold;

    Function<Frame, CompletableFuture<List<Row>>> override = f -> CompletableFuture.completedFuture(rows(f));
    /** The shards that were left, in order. */
    final List<String> left = new ArrayList<>();

    String dataVersions = "";

    private final Deque<Runnable> held = new ArrayDeque<>();

    @Override
    public CompletableFuture<List<Row>> submit(String shardId, Frame frame) {
        if (hold == 0) {
            return override.apply(frame);
        }
        var future = new CompletableFuture<List<Row>>();
        held.push(() -> future.complete(rows(frame)));
        if (held.size() >= hold) {
            while (!held.isEmpty()) {
                held.pop().run();
            }
        }
        return future;
    }

    @Override
    public Row notAFrame(String shardId, KinesisClientRecord record, byte[] bytes, String detail) {
        return new RowDraft()
                .set(Columns.RECEIVED_AT, AT)
                .set(Columns.DETAIL, shardId + "/" + record.sequenceNumber() + ": " + detail)
                .toRow(Table.BAD_EVENTS);
    }

    @Override
    public String dataVersions() {
        return dataVersions;
    }

    @Override
    public void leave(String shardId) {
        left.add(shardId);
    }

    static List<Row> rows(Frame frame) {
        var rows = new ArrayList<Row>();
        for (int i = 0; i < frame.hits().size(); i++) {
            if (!frame.hits().get(i).path().equals("/none")) {
                rows.add(new RowDraft()
                        .set(Columns.EVENT_ID, "event-" + frame.idOf(i).seq())
                        .set(Columns.RECEIVED_AT, AT)
                        .toRow(Table.PAGE_VIEWS));
            }
        }
        return rows;
    }
}
