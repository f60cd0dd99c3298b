package dev.sluice.loader.staging;

import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.Table;
import dev.sluice.loader.staging.RowBatch.ReceivedBetween;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the rows of one shard, in order, into batches. Says when a batch is to be closed, closes it when told. Holds compressed
 * bytes; may pass {@link BatchLimits#maxBytes} by the rows of one record. Confined to one thread.
 */
public final class RowBatchCollector {
    /** For a batch whose rows don't say: bad events or audit rows alone. */
    private static final String NO_VERSION = "none";

    private final String shard;
    private final BatchLimits limits;
    private final LongSupplier nanoTime;

    private final EnumMap<Table, CsvFile> files = new EnumMap<>(Table.class);
    private @Nullable String first;
    private String last = "";
    private long openedNanos;
    private @Nullable ReceivedBetween facts;
    /** Of rows that are no facts; they say nothing of when the others were received. */
    private @Nullable ReceivedBetween others;

    private String enrichVersion = NO_VERSION;
    private final SortedSet<String> dataVersions = new TreeSet<>();

    public RowBatchCollector(String shard, BatchLimits limits, LongSupplier nanoTime) {
        this.shard = shard;
        this.limits = limits;
        this.nanoTime = nanoTime;
    }

    /**
     * Takes the rows of one record. A record without rows still belongs to the batch's range.
     *
     * @param sequenceNumber as Kinesis gave it; may repeat the last one, when a record came in parts
     */
    public void add(String sequenceNumber, List<Row> rows) {
        if (first == null) {
            first = sequenceNumber;
            openedNanos = nanoTime.getAsLong();
        }
        last = sequenceNumber;
        for (Row row : rows) {
            add(row);
        }
    }

    /** Notes data that was in use while rows of this batch were made; none when empty. */
    public void madeWith(String dataVersion) {
        if (!dataVersion.isEmpty()) {
            dataVersions.add(dataVersion);
        }
    }

    /**
     * Whether the batch must be closed before this record is added. Never between parts of one record: two batches of the same
     * range would have the same id, and the second would be taken for a repeat of the first.
     */
    public boolean mustCloseBefore(String sequenceNumber) {
        return isFull() && !sequenceNumber.equals(last);
    }

    /** Whether it is time to close: never while there is no record. */
    public boolean isDue() {
        return first != null
                && (isFull()
                        || nanoTime.getAsLong() - openedNanos >= limits.maxAge().toNanos());
    }

    public boolean isEmpty() {
        return first == null;
    }

    /** Rows held. */
    public long rows() {
        return files.values().stream().mapToLong(CsvFile::rows).sum();
    }

    /** Ends the batch and begins the next. */
    public RowBatch close() {
        if (first == null) {
            throw new IllegalStateException("a batch without a record");
        }
        var tables = new ArrayList<RowBatch.TableRows>();
        for (CsvFile file : files.values()) {
            tables.add(file.finish());
        }
        var batch = new RowBatch(
                new BatchDescriptor.Range(shard, first, last),
                received(),
                new RowBatch.MadeBy(enrichVersion, String.join("; ", dataVersions)),
                tables);
        reset();
        return batch;
    }

    /** Lets go of what is held. */
    public void discard() {
        files.values().forEach(CsvFile::close);
        reset();
    }

    private boolean isFull() {
        return rows() >= limits.maxRows()
                || files.values().stream().mapToLong(CsvFile::csvBytes).sum() >= limits.maxBytes();
    }

    private ReceivedBetween received() {
        if (facts != null) {
            return facts;
        }
        return others != null ? others : new ReceivedBetween(Instant.EPOCH, Instant.EPOCH);
    }

    private void add(Row row) {
        Instant time = row.get(row.table().timeColumn());
        if (time == null) {
            throw new IllegalArgumentException("a row of " + row.table() + " without "
                    + row.table().timeColumn().name());
        }
        if (row.table().isFact()) {
            facts = ReceivedBetween.with(facts, time);
        } else {
            others = ReceivedBetween.with(others, time);
        }
        String version = row.get(Columns.ENRICH_VERSION);
        if (version != null) {
            enrichVersion = version;
        }
        files.computeIfAbsent(row.table(), CsvFile::new).append(row);
    }

    private void reset() {
        files.clear();
        first = null;
        last = "";
        facts = null;
        others = null;
        enrichVersion = NO_VERSION;
        dataVersions.clear();
    }
}
