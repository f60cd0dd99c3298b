package dev.sluice.loader.staging.archive;

import java.time.Instant;

/** One shard's way into the archive, for one lease. Confined to the shard's thread. */
public interface ShardArchive {
    /** Whether what is held must be written before a record that arrived then is added. */
    boolean mustWriteBefore(Instant arrivedAt);

    /** Takes the next record. It is not durable before {@link #write}. */
    void add(ArchivedRecord record);

    /** Whether all that was added is durable. */
    boolean isEmpty();

    /** Whether it is time to write. */
    boolean isDue();

    /** Makes all that is held durable; blocks while storage is away. */
    void write() throws InterruptedException;

    /** Lets go of what is held and of the shard; nothing is called after. */
    void close();
}
