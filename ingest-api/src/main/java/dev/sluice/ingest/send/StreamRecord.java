package dev.sluice.ingest.send;

/**
 * One record for the stream. The array is not copied and must not be changed by anyone.
 *
 * @param partitionKey ASCII
 */
public record StreamRecord(String partitionKey, byte[] data) {
    /** What the service counts against its limits. */
    public int size() {
        return partitionKey.length() + data.length;
    }
}
