package dev.sluice.loader.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where missing hits were seen, and what was in the way of seeing them. Confined to one thread; bounded. */
public final class Sightings {
    private static final int MOST_HITS = 10_000;
    private static final int MOST_OF_ONE = 8;
    private static final int MOST_NOTES = 100;

    private record Hit(String epoch, long seq) {}

    private final Map<Hit, List<Sighting>> seen = new HashMap<>();
    private final List<String> notes = new ArrayList<>();

    public void add(String epoch, long seq, Sighting sighting) {
        var id = new Hit(epoch, seq);
        List<Sighting> of = seen.get(id);
        if (of == null && seen.size() < MOST_HITS) {
            of = new ArrayList<>();
            seen.put(id, of);
        }
        if (of != null && of.size() < MOST_OF_ONE && !of.contains(sighting)) {
            of.add(sighting);
        }
    }

    /** Something that was found beside: a file that is gone, an object that can't be read. */
    public void note(String text) {
        if (notes.size() < MOST_NOTES) {
            notes.add(text);
        }
    }

    /** Where the hit was seen; empty when nowhere. */
    public List<Sighting> of(String epoch, long seq) {
        return List.copyOf(seen.getOrDefault(new Hit(epoch, seq), List.of()));
    }

    public List<String> notes() {
        return List.copyOf(notes);
    }
}
