package dev.sluice.cli.reconcile;

import dev.sluice.ingest.journal.JournalFolder;
import dev.sluice.loader.audit.HitPlace;
import dev.sluice.loader.audit.MissingHits;
import dev.sluice.loader.audit.Sighting;
import dev.sluice.loader.audit.Sightings;
import java.io.IOException;
import java.nio.file.Path;

/** An ingest node's journal: of a dead node's disk, or of one that runs. */
record JournalHits(Path folder) implements HitPlace {
    @Override
    public void search(MissingHits wanted, Sightings sightings) throws IOException {
        JournalFolder.read(folder, (epoch, firstSeq, count, segment) -> {
            String name = epoch.toString();
            for (long seq = firstSeq; seq < firstSeq + count; seq++) {
                if (wanted.has(name, seq)) {
                    sightings.add(name, seq, new Sighting(Sighting.Place.JOURNAL, segment.toString()));
                }
            }
        });
    }

    @Override
    public String toString() {
        return "the journal in " + folder;
    }
}
