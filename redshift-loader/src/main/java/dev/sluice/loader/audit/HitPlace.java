package dev.sluice.loader.audit;

import java.io.IOException;

/** A place where hits that are not in the warehouse may be. Only reads. */
public interface HitPlace {
    /** Looks through it, in bounded memory; what can't be read is noted, and does not end the search. */
    void search(MissingHits wanted, Sightings sightings) throws IOException, InterruptedException;

    /** What it is, for whoever waits for the search. */
    @Override
    String toString();
}
