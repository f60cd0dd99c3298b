package dev.sluice.loader.audit;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One thing that does not add up.
 *
 * @param minute of {@code received_at} in which it was found
 * @param count how many hits or rows it is about
 * @param hits which, for whole hits; the first of them when there are many
 * @param events which, for events of hits; the first of them when there are many
 */
public record Finding(
        Kind kind, String epoch, Instant minute, long count, List<SeqRange> hits, List<EventOfHit> events) {
    private static final int NAMED = 10;

    /** What can be wrong. */
    public enum Kind {
        /** Hits were accepted, and nothing of them is there. */
        MISSING_HITS("hits are missing"),
        /** Hits were accepted a while ago, and nothing of them is there yet. */
        LATE_HITS("hits are late"),
        /** Of a hit with several events, some are there. */
        MISSING_EVENTS("events of hits are missing"),
        /** The same event is there more than once. */
        DOUBLED("rows are there more than once"),
        /** Rows that a load brought are gone, and nothing else tells which: the last events of hits. */
        FEWER_ROWS("rows fewer than were loaded"),
        /** Rows are there that no load brought. */
        MORE_ROWS("rows more than were loaded"),
        /** Hits are there that no ingest node tells of. */
        MORE_HITS("hits more than were accepted");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    /** @param index of the event within its hit; -1 for a whole request */
    public record EventOfHit(long seq, int index) {
        @Override
        public String toString() {
            return index < 0 ? Long.toString(seq) : seq + "[" + index + "]";
        }
    }

    public Finding {
        hits = List.copyOf(hits);
        events = List.copyOf(events);
    }

    static Finding late(String epoch, Instant minute, List<SeqRange> hits) {
        Finding missing = ofHits(epoch, minute, hits);
        return new Finding(Kind.LATE_HITS, epoch, minute, missing.count(), hits, List.of());
    }

    static Finding ofHits(String epoch, Instant minute, List<SeqRange> hits) {
        return new Finding(
                Kind.MISSING_HITS,
                epoch,
                minute,
                hits.stream().mapToLong(SeqRange::size).sum(),
                hits,
                List.of());
    }

    static Finding ofEvents(Kind kind, String epoch, Instant minute, long count, List<EventOfHit> events) {
        return new Finding(kind, epoch, minute, count, List.of(), events);
    }

    static Finding ofCount(Kind kind, String epoch, Instant minute, long count) {
        return new Finding(kind, epoch, minute, count, List.of(), List.of());
    }

    /** Both as one: of the same kind and epoch. */
    Finding and(Finding other) {
        return new Finding(
                kind,
                epoch,
                minute.isBefore(other.minute) ? minute : other.minute,
                count + other.count,
                Stream.concat(hits.stream(), other.hits.stream()).toList(),
                Stream.concat(events.stream(), other.events.stream()).toList());
    }

    /** The first of the transport ids it is about: {@code seq}, {@code first-last} or {@code seq[index]}. */
    public String ids() {
        String named = Stream.concat(hits.stream(), events.stream())
                .limit(NAMED)
                .map(Object::toString)
                .collect(Collectors.joining(", "));
        return hits.size() + events.size() > NAMED ? named + ", …" : named;
    }

    @Override
    public String toString() {
        String ids = ids();
        return count + " " + kind.words() + ": epoch " + epoch + (ids.isEmpty() ? "" : ", seq " + ids) + ", received "
                + minute;
    }
}
