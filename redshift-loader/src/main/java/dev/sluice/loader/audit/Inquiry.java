package dev.sluice.loader.audit;

import dev.sluice.loader.audit.Finding.EventOfHit;
import dev.sluice.loader.audit.Finding.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.sql.DataSource;

/**
 * Finds out what is wrong with a minute that does not add up, to the single event. Asks only about such minutes, so a proof of healthy
 * ones costs nothing here. Stateless.
 */
final class Inquiry {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Books books;
    private final HitDetails details;

    Inquiry(DataSource warehouse) {
        this.books = new Books(warehouse);
        this.details = new HitDetails(warehouse);
    }

    /**
     * From when on what is not there is wrong.
     *
     * @param settledSeq hits up to this one must be there by now
     * @param toldAll whether what ingest nodes tell of the minute must be there by now
     */
    record Due(long settledSeq, boolean toldAll) {}

    /** What was accepted and isn't there, old or young. */
    List<SeqRange> outstanding(String epoch, Instant minute) {
        return missingHits(epoch, minute, Long.MAX_VALUE);
    }

    /** What is wrong. */
    List<Finding> into(MinuteBalance balance, Due due) {
        var findings = new ArrayList<Finding>();
        String epoch = balance.epoch();
        Instant minute = balance.minute();
        Instant end = minute.plus(MINUTE);
        if (balance.outstanding() > 0) {
            List<SeqRange> missing = missingHits(epoch, minute, due.settledSeq());
            if (!missing.isEmpty()) {
                findings.add(Finding.ofHits(epoch, minute, missing));
            }
        } else if (balance.accepted() >= 0 && balance.hits() > balance.accepted() && due.toldAll()) {
            findings.add(Finding.ofCount(Kind.MORE_HITS, epoch, minute, balance.hits() - balance.accepted()));
        }
        if (balance.doubled() > 0) {
            findings.add(Finding.ofEvents(
                    Kind.DOUBLED, epoch, minute, balance.doubled(), details.doubled(epoch, minute, end)));
        }
        if (balance.holes() > 0) {
            findings.add(Finding.ofEvents(
                    Kind.MISSING_EVENTS,
                    epoch,
                    minute,
                    balance.holes(),
                    holes(details.ofHitsWithHoles(epoch, minute, end))));
        }
        long rows = balance.loaded() + balance.bad() + balance.repeats();
        if (findings.isEmpty() && rows != balance.counted()) {
            Kind kind = rows < balance.counted() ? Kind.FEWER_ROWS : Kind.MORE_ROWS;
            findings.add(Finding.ofCount(kind, epoch, minute, Math.abs(rows - balance.counted())));
        }
        return findings;
    }

    /**
     * The records that tell of the minute tell of its neighbours' hits too: what is missing of these comes with it. So do hits of a
     * record that was lost before them.
     */
    private List<SeqRange> missingHits(String epoch, Instant minute, long settledSeq) {
        List<Accepted> telling = books.accepted(epoch, minute, minute.plus(MINUTE));
        long first = 1
                + details.toldBefore(
                        epoch, telling.stream().mapToLong(Accepted::first).min().orElse(0));
        long last = telling.stream().mapToLong(Accepted::last).max().orElse(-1);
        // From the record before on: hits of one that was lost may have been received in its minutes.
        List<Instant> minutes = details.minutesOf(epoch, first - 1, last);
        long settled = Math.min(last, settledSeq);
        if (settled < first || minutes.isEmpty()) {
            return List.of();
        }
        return books.present(epoch, minutes.getFirst(), minutes.getLast().plus(MINUTE))
                .missingFrom(first, settled);
    }

    private static List<EventOfHit> holes(List<EventOfHit> present) {
        Map<Long, TreeSet<Integer>> byHit = new TreeMap<>();
        present.forEach(event ->
                byHit.computeIfAbsent(event.seq(), _ -> new TreeSet<>()).add(event.index()));
        var holes = new ArrayList<EventOfHit>();
        byHit.forEach((seq, indexes) -> {
            for (int index = 0; index < indexes.last(); index++) {
                if (!indexes.contains(index)) {
                    holes.add(new EventOfHit(seq, index));
                }
            }
        });
        return holes;
    }
}
