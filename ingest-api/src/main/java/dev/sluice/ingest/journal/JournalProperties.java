package dev.sluice.ingest.journal;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What is accepted and not yet in the stream. Keys {@code sluice.ingest.journal.*}.
 *
 * @param directory where it is kept: on a disk that outlives the process, and read again by whoever starts on it next; one
 *     process at a time
 * @param maxBytes it takes no more of the disk than this, then requests get 503: peak traffic times the longest outage of the
 *     stream that must not be felt
 * @param keepFree the disk keeps at least this, whoever else fills it
 * @param segmentBytes size of one file; it is deleted once the stream has all of it, and sent again as a whole after a crash
 * @param memoryBytes of hits held in memory for sending; what exceeds it is read back from the disk
 * @param queueBytes of hits that wait for the disk; more are refused
 * @param flushInterval between the starts of two flushes, at least: what comes meanwhile shares one. A hit that comes after a
 *     pause waits for none of it; 0 flushes as often as the disk can
 */
public record JournalProperties(
        @DefaultValue("journal") Path directory,
        @DefaultValue("4GB") DataSize maxBytes,
        @DefaultValue("1GB") DataSize keepFree,
        @DefaultValue("32MB") DataSize segmentBytes,
        @DefaultValue("64MB") DataSize memoryBytes,
        @DefaultValue("16MB") DataSize queueBytes,
        @DefaultValue("1ms") Duration flushInterval) {

    /** Holds the largest group that is written at once. */
    private static final DataSize LEAST_SEGMENT = DataSize.ofMegabytes(4);
    /** A hit is at most a record, so that the largest one finds room. */
    private static final DataSize LEAST_QUEUE = DataSize.ofMegabytes(2);

    /** Half of it holds the largest group, so that an empty memory never sends one to the disk alone. */
    private static final DataSize LEAST_MEMORY = DataSize.ofMegabytes(8);

    /** Every request waits for half of it on average. */
    private static final Duration MOST_FLUSH_INTERVAL = Duration.ofMillis(100);

    private static final int LEAST_SEGMENTS = 2;

    public JournalProperties {
        require(!directory.toString().isBlank(), "directory is not empty");
        require(segmentBytes.compareTo(LEAST_SEGMENT) >= 0, "segment-bytes is at least 4MB");
        require(
                maxBytes.toBytes() / LEAST_SEGMENTS >= segmentBytes.toBytes(),
                "max-bytes is at least " + LEAST_SEGMENTS + " times segment-bytes");
        require(!keepFree.isNegative(), "keep-free is not negative");
        require(memoryBytes.compareTo(LEAST_MEMORY) >= 0, "memory-bytes is at least 8MB");
        require(queueBytes.compareTo(LEAST_QUEUE) >= 0, "queue-bytes is at least 2MB");
        require(
                !flushInterval.isNegative() && flushInterval.compareTo(MOST_FLUSH_INTERVAL) <= 0,
                "flush-interval is from 0 to 100ms");
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException("sluice.ingest.journal: " + rule);
        }
    }
}
