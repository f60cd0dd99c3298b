package dev.sluice.loader.audit;

/** Consecutive sequence numbers, both ends inclusive. */
public record SeqRange(long first, long last) {
    public SeqRange {
        if (last < first) {
            throw new IllegalArgumentException("no range: " + first + " to " + last);
        }
    }

    public long size() {
        return last - first + 1;
    }

    @Override
    public String toString() {
        return first == last ? Long.toString(first) : first + "-" + last;
    }
}
