package dev.sluice.common;

/**
 * Limits of the service, as the Kinesis Data Streams developer guide ("Quotas and limits") and the PutRecords API reference
 * give them.
 */
public final class KinesisLimits {
    /** Records in one PutRecords call. */
    public static final int PUT_RECORDS_MAX_RECORDS = 500;
    /** Data and partition keys of one PutRecords call. */
    public static final int PUT_RECORDS_MAX_BYTES = 5 * 1024 * 1024;
    /** Data and partition key of one record, unless the stream opted in to larger ones. */
    public static final int RECORD_MAX_BYTES = 1024 * 1024;
    /** Bytes a second that one shard takes. */
    public static final int SHARD_IN_BYTES_PER_SECOND = 1024 * 1024;
    /** Records a second that one shard takes. */
    public static final int SHARD_IN_RECORDS_PER_SECOND = 1000;
    /** Characters of a partition key. */
    public static final int PARTITION_KEY_MAX_CHARS = 256;

    private KinesisLimits() {}
}
