package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one ingest epoch says it accepted, as its rows in {@code audit_buckets} tell: ranges of sequence numbers, of which those that
 * lie within a larger one only repeat it.
 *
 * @param ranges in their order, none within another
 * @param isFinal whether the epoch gets no more hits
 */
record Accepted(String epoch, List<Range> ranges, boolean isFinal) {
    /** @param hits counted, over all minutes */
    record Range(long first, long last, long hits) {
        boolean isWithin(Range other) {
            return first >= other.first && last <= other.last;
        }
    }

    /** All epochs that the warehouse has heard of. */
    static List<Accepted> in(Line line) throws Exception {
        var accepted = new ArrayList<Accepted>();
        for (List<String> epoch : line.query("select ingest_epoch, bool_or(is_final) from audit_buckets"
                + " where stage = 'accepted' group by ingest_epoch")) {
            var ranges = new TreeMap<Long, Range>();
            for (List<String> row :
                    line.query("select first_seq, last_seq, sum(n) from (select distinct first_seq, last_seq,"
                            + " bucket, n from audit_buckets where stage = 'accepted' and last_seq >= first_seq"
                            + " and ingest_epoch = '" + epoch.getFirst() + "') d group by first_seq, last_seq"
                            + " order by last_seq - first_seq")) {
                var range =
                        new Range(Long.parseLong(row.get(0)), Long.parseLong(row.get(1)), Long.parseLong(row.get(2)));
                ranges.values().removeIf(smaller -> smaller.isWithin(range));
                ranges.put(range.first(), range);
            }
            accepted.add(new Accepted(
                    epoch.getFirst(), List.copyOf(ranges.values()), epoch.get(1).startsWith("t")));
        }
        return accepted;
    }

    /** One more than the last sequence number. */
    long hits() {
        return ranges.isEmpty() ? 0 : ranges.getLast().last() + 1;
    }

    /** Every sequence number from 0 to the last one is spoken of once, and counted. */
    void assertDense() {
        long next = 0;
        for (Range range : ranges) {
            assertThat(range.first())
                    .as("what follows %d in %s", next - 1, this)
                    .isEqualTo(next);
            assertThat(range.hits()).as("counted of %s", range).isEqualTo(range.last() - range.first() + 1);
            next = range.last() + 1;
        }
    }

    /** The hits that the warehouse has a row of, good or bad. */
    Set<Long> landed(Line line) throws Exception {
        var seqs = new LinkedHashSet<Long>();
        for (String table : List.of("page_views", "events", "bad_events")) {
            for (List<String> row :
                    line.query("select distinct ingest_seq from " + table + " where ingest_epoch = '" + epoch + "'")) {
                seqs.add(Long.parseLong(row.getFirst()));
            }
        }
        return seqs;
    }
}
