package dev.sluice.loader.load;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which rows of {@code bad_events} are meant.
 *
 * @param from received from then on
 * @param to received before
 * @param reasons of these alone; of all when empty
 * @param without reasons that are left out
 * @param stages of these alone; of all when empty
 */
public record BadSelection(Instant from, Instant to, Set<String> reasons, Set<String> without, Set<String> stages) {
    private static final Pattern WORD = Pattern.compile("[a-z_]{1,64}");

    public BadSelection {
        reasons = words(reasons);
        without = words(without);
        stages = words(stages);
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException("the span's beginning is before its end");
        }
    }

    private static Set<String> words(Set<String> words) {
        for (String word : words) {
            if (!WORD.matcher(word).matches()) {
                throw new IllegalArgumentException("no reason or stage of bad_events: " + word);
            }
        }
        return Set.copyOf(words);
    }

    /** What of it was received in a part of the span; the part must reach into it. */
    BadSelection within(Instant begin, Instant end) {
        return new BadSelection(
                begin.isAfter(from) ? begin : from, end.isBefore(to) ? end : to, reasons, without, stages);
    }

    String where() {
        return "received_at >= CAST(? AS TIMESTAMP) AND received_at < CAST(? AS TIMESTAMP)"
                + in("reason IN", reasons)
                + in("reason NOT IN", without)
                + in("stage IN", stages);
    }

    List<Object> values() {
        List<Object> values = new ArrayList<>(List.of(Session.timestamp(from), Session.timestamp(to)));
        values.addAll(reasons);
        values.addAll(without);
        values.addAll(stages);
        return values;
    }

    private static String in(String condition, Collection<String> words) {
        return words.isEmpty()
                ? ""
                : " AND " + condition + " (" + String.join(", ", Collections.nCopies(words.size(), "?")) + ")";
    }
}
