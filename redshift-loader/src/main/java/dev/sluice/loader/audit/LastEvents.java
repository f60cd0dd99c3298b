package dev.sluice.loader.audit;

import dev.sluice.common.RawHit;
import dev.sluice.loader.audit.Finding.EventOfHit;
import dev.sluice.loader.audit.Finding.Kind;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import javax.sql.DataSource;

/**
 * Names what the warehouse alone can't: the last event of a hit leaves no hole when it goes. The archive has the hit as it came, and so
 * how many events it had.
 */
public final class LastEvents {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Books books;
    private final HitDetails details;
    private final S3ArchivedHits archive;
    private final ToIntFunction<RawHit> eventsOf;

    /** @param eventsOf how many rows a hit becomes */
    public LastEvents(DataSource warehouse, S3ArchivedHits archive, ToIntFunction<RawHit> eventsOf) {
        this.books = new Books(warehouse);
        this.details = new HitDetails(warehouse);
        this.archive = archive;
        this.eventsOf = eventsOf;
    }

    /** The finding with the events that are gone; as it is when the archive doesn't tell. */
    Finding named(Finding fewerRows, Sightings sightings) {
        var wanted = new MissingHits();
        String epoch = fewerRows.epoch();
        books.accepted(epoch, fewerRows.minute(), fewerRows.minute().plus(MINUTE)).stream()
                .filter(record -> record.last() >= record.first())
                .forEach(record -> wanted.add(epoch, new SeqRange(record.first(), record.last()), fewerRows.minute()));
        if (wanted.isEmpty()) {
            return fewerRows;
        }
        Map<Long, Integer> there = details.eventsByHit(
                epoch, fewerRows.minute(), fewerRows.minute().plus(MINUTE));
        var gone = new HashMap<EventOfHit, String>();
        archive.read(wanted, sightings, (_, seq, hit, where) -> {
            boolean isOfMinute =
                    hit.receivedAt().truncatedTo(ChronoUnit.MINUTES).equals(fewerRows.minute());
            for (int index = there.getOrDefault(seq, 0); isOfMinute && index < eventsOf.applyAsInt(hit); index++) {
                gone.put(new EventOfHit(seq, index), where);
            }
        });
        if (gone.isEmpty()) {
            return fewerRows;
        }
        gone.forEach((event, where) -> sightings.add(epoch, event.seq(), new Sighting(Sighting.Place.ARCHIVE, where)));
        List<EventOfHit> events = new ArrayList<>(gone.keySet());
        events.sort(Comparator.comparingLong(EventOfHit::seq).thenComparingInt(EventOfHit::index));
        return Finding.ofEvents(Kind.MISSING_EVENTS, epoch, fewerRows.minute(), fewerRows.count(), events);
    }
}
