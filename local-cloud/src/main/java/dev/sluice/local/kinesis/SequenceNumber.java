package dev.sluice.local.kinesis;

/**
 * Where a record stands: as 56 decimal digits for clients, as the service has them, and as a {@code position} inside.
 *
 * <p>A position is the microsecond of the arrival, or one more than the stream's last position if that is later. So positions
 * grow strictly in a stream, from parent to child shards too, and are not used again after a restart, not even when a power
 * cut took the last records.
 *
 * @param position not negative
 * @param shard the index of its shard
 */
record SequenceNumber(long position, int shard) {
    private static final String PREFIX = "49";
    private static final String POSITION_ZEROS = "0".repeat(19);
    private static final String SHARD_ZEROS = "0".repeat(35);
    private static final int LENGTH = PREFIX.length() + POSITION_ZEROS.length() + SHARD_ZEROS.length();

    /** Refuses what no stream here ever gave. */
    static SequenceNumber parse(String text) {
        if (text.length() != LENGTH || !text.startsWith(PREFIX) || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw ApiException.invalidArgument("Invalid sequence number.");
        }
        int middle = PREFIX.length() + POSITION_ZEROS.length();
        try {
            return new SequenceNumber(
                    Long.parseLong(text, PREFIX.length(), middle, 10), Integer.parseInt(text, middle, LENGTH, 10));
        } catch (NumberFormatException _) {
            throw ApiException.invalidArgument("Invalid sequence number.");
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(LENGTH).append(PREFIX);
        appendPadded(text, Long.toString(position), POSITION_ZEROS);
        appendPadded(text, Integer.toString(shard), SHARD_ZEROS);
        return text.toString();
    }

    private static void appendPadded(StringBuilder text, String digits, String zeros) {
        text.append(zeros, digits.length(), zeros.length()).append(digits);
    }
}
