package dev.sluice.local.kinesis;

/**
 * Which limits of a shard the endpoint holds its clients to. The numbers are those of the Kinesis Data Streams developer
 * guide, "Quotas and limits".
 *
 * @param writes 1,000 records and 1 MiB a second into a shard
 * @param reads 5 calls and 2 MiB a second out of a shard, shared by all its readers
 */
public record ShardLimits(boolean writes, boolean reads) {
    /** As on AWS. */
    public static final ShardLimits ALL = new ShardLimits(true, true);

    /** As fast as the machine can. */
    public static final ShardLimits NONE = new ShardLimits(false, false);

    static final int IN_RECORDS_PER_SECOND = 1_000;
    static final int IN_BYTES_PER_SECOND = 1024 * 1024;
    static final int OUT_CALLS_PER_SECOND = 5;
    static final int OUT_BYTES_PER_SECOND = 2 * 1024 * 1024;
}
