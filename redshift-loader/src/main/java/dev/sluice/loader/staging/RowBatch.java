package dev.sluice.loader.staging;

import dev.sluice.common.table.Table;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one shard, closed and compressed, ready to be staged. Immutable; the arrays must not be changed by anyone.
 *
 * @param range the records that the rows came from, those without rows included
 * @param received of the rows, as {@link BatchDescriptor} says
 * @param madeBy what made the rows
 * @param tables at most one entry per table, none without rows; empty when no record had any
 */
public record RowBatch(BatchDescriptor.Range range, ReceivedBetween received, MadeBy madeBy, List<TableRows> tables) {

    /** Both the epoch when there are no rows. */
    public record ReceivedBetween(Instant min, Instant max) {
        /** With this time too; null is no time yet. */
        static ReceivedBetween with(@Nullable ReceivedBetween before, Instant time) {
            return before == null
                    ? new ReceivedBetween(time, time)
                    : new ReceivedBetween(
                            time.isBefore(before.min) ? time : before.min,
                            time.isAfter(before.max) ? time : before.max);
        }
    }

    /**
     * @param enrichVersion of the code
     * @param dataVersions of the data files that were in use while the rows were made, sorted; empty when there were none
     */
    public record MadeBy(String enrichVersion, String dataVersions) {}

    /**
     * @param gzip CSV in the order of {@link Table#stagedColumns}
     * @param sha256 of {@code gzip}, lower-case hex
     */
    public record TableRows(Table table, long rows, byte[] gzip, String sha256) {}

    public RowBatch {
        tables = List.copyOf(tables);
    }

    /** No row: there is nothing to stage, and the records are done with. */
    public boolean isEmpty() {
        return tables.isEmpty();
    }

    /** Rows over all tables. */
    public long rows() {
        return tables.stream().mapToLong(TableRows::rows).sum();
    }
}
