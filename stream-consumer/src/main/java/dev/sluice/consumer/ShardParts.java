package dev.sluice.consumer;

/**
 * What works on one shard for one lease; confined to the shard's thread, but for the status.
 *
 * @param id as Kinesis names it
 * @param progress how far it has come
 * @param status where the gauges look
 * @param intake records to rows
 * @param stager rows to batches in storage
 */
record ShardParts(String id, DurableProgress progress, ShardStatus status, FrameIntake intake, ShardStager stager) {}
