package dev.sluice.loader.audit;

import java.time.Instant;

/**
 * One epoch's minute of {@code received_at}, as every book has it.
 *
 * @param accepted hits by the ingest node's records; -1 when it told nothing of the minute
 * @param hits of these that left rows, repeats of browsers included
 * @param counted rows and repeats, as loads counted them when they brought them
 * @param loaded rows of {@code page_views} and {@code events} that are there now
 * @param bad rows of {@code bad_events} that are there now
 * @param repeats of browsers, left out
 * @param doubled rows with a transport id that another row has
 * @param holes events of hits that have later ones
 */
public record MinuteBalance(
        String epoch,
        Instant minute,
        long accepted,
        long hits,
        long counted,
        long loaded,
        long bad,
        long repeats,
        long doubled,
        long holes) {

    /** Whether what loads brought is there, once. A load commits rows and counts together, so this holds at any moment. */
    public boolean keepsItsRows() {
        return counted == loaded + bad + repeats && doubled == 0 && holes == 0;
    }

    /** Hits accepted and not there; may still be on their way. */
    public long outstanding() {
        return Math.max(0, accepted - hits);
    }

    MinuteBalance withAccepted(long acceptedHits) {
        return new MinuteBalance(epoch, minute, acceptedHits, hits, counted, loaded, bad, repeats, doubled, holes);
    }
}
