package dev.sluice.cli.tap;

import java.time.Duration;

/**
 * How fast a shard is read beside the consumer that lives from it. Kinesis allows five reads and 2 MB a second and shard, for all who
 * read it together (Service quotas, "GetRecords"): this takes one read, and half of the bytes.
 */
record ReadPace(Duration least, long bytesPerSecond) {
    static final ReadPace POLITE = new ReadPace(Duration.ofSeconds(1), 1_000_000);

    /** How long to wait after a read that brought so many bytes. */
    Duration after(long bytes) {
        Duration fair = Duration.ofNanos((long) (bytes * 1e9 / bytesPerSecond));
        return fair.compareTo(least) > 0 ? fair : least;
    }
}
