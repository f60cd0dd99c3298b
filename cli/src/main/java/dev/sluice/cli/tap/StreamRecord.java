package dev.sluice.cli.tap;

import java.time.Instant;

/**
 * One record as it was read.
 *
 * @param arrivedAt at the stream
 * @param data not copied
 */
record StreamRecord(String shardId, String sequenceNumber, Instant arrivedAt, byte[] data) {}
