package dev.sluice.loader.staging.archive;

import java.time.Instant;
import java.util.List;

/**
 * Consecutive records of one shard, ready to be written. Immutable; the arrays must not be changed by anyone.
 *
 * @param first sequence number of the first record
 * @param last sequence number of the last record, inclusive
 * @param arrivedAt of the first record
 * @param records encoded, in order; at least one
 */
public record ArchiveObject(String shard, String first, String last, Instant arrivedAt, List<byte[]> records) {
    public ArchiveObject {
        records = List.copyOf(records);
    }

    public long bytes() {
        return records.stream().mapToLong(record -> record.length).sum();
    }
}
