package dev.sluice.loader.audit;

/**
 * Where a missing hit is.
 *
 * @param place what kind of place
 * @param where in it
 */
public record Sighting(Place place, String where) {
    /** From the warehouse back to where it came from. */
    public enum Place {
        /** In a batch that waits for the loader: on its way. */
        WAITING("staged, waits for the loader"),
        /** In a batch that was loaded: its row has gone from the warehouse. */
        LOADED("in a batch that was loaded"),
        /** In a file that no batch names. */
        STAGED("staged, and no batch names it"),
        ARCHIVE("in the raw archive"),
        STREAM("on the stream"),
        JOURNAL("in a journal");

        private final String words;

        Place(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    @Override
    public String toString() {
        return place.words() + ": " + where;
    }
}
