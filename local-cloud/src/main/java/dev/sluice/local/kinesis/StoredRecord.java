package dev.sluice.local.kinesis;

/**
 * A record as the log keeps it.
 *
 * @param partitionKey in UTF-8; not copied, never changed
 * @param data not copied, never changed
 */
record StoredRecord(long position, long arrivedMillis, byte[] partitionKey, byte[] data) {
    int payloadBytes() {
        return partitionKey.length + data.length;
    }
}
