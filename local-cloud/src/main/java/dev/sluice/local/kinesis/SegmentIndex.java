package dev.sluice.local.kinesis;

import java.util.Arrays;

/**
 * Where in a segment to begin to read: one entry for each 16 KiB, so 16 bytes of heap for 16 KiB of file. Thread-safe.
 */
final class SegmentIndex {
    private static final int STRIDE_BYTES = 16 * 1024;

    private long[] positions = new long[16];
    private long[] offsets = new long[16];
    private int entries;

    /** Told of every record in order; keeps the first of each stride. */
    synchronized void add(long position, long offset) {
        if (entries > 0 && offset - offsets[entries - 1] < STRIDE_BYTES) {
            return;
        }
        if (entries == positions.length) {
            positions = Arrays.copyOf(positions, entries * 2);
            offsets = Arrays.copyOf(offsets, entries * 2);
        }
        positions[entries] = position;
        offsets[entries] = offset;
        entries++;
    }

    /** An offset at or shortly before the first record at or after the position. */
    synchronized long offsetFor(long position) {
        int found = Arrays.binarySearch(positions, 0, entries, position);
        int at = found >= 0 ? found : -found - 2;
        return at < 0 ? SegmentFormat.HEADER_BYTES : offsets[at];
    }
}
