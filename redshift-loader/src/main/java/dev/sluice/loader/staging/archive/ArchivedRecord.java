package dev.sluice.loader.staging.archive;

import java.time.Instant;

/**
 * One record of the stream as it was received, whether it is a frame or not. Immutable; the array is not copied and must not be
 * changed by anyone.
 *
 * @param shard Kinesis' shard id
 * @param sequenceNumber as Kinesis gave it; unique in its shard
 * @param partitionKey as the sender chose it
 * @param arrivedAt when Kinesis took it, by Kinesis' clock, in milliseconds
 * @param data the record's bytes
 */
public record ArchivedRecord(
        String shard, String sequenceNumber, String partitionKey, Instant arrivedAt, byte[] data) {}
