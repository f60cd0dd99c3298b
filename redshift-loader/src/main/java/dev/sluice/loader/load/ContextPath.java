package dev.sluice.loader.load;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where in {@code context} a value lies, as {@code entities."com.example/customer"[0].data.tier} does. Members by name, in quotes
 * where the name is no plain word; elements of a list by number, from 0. Capitals matter, with and without quotes.
 *
 * @param steps as Redshift's navigation spells them, each name in quotes
 */
record ContextPath(List<String> steps) {
    /** In quotes, neither a quote, which would end the name, nor what a driver could take for a parameter. */
    private static final Pattern STEP = Pattern.compile(
            "(?:([A-Za-z_][A-Za-z0-9_]{0,126})|\"([A-Za-z0-9_ ./:@+-]{1,127})\")((?:\\[[0-9]{1,4}])*)(?:\\.(?=.)|$)");

    private static final int MOST_STEPS = 20;

    ContextPath {
        steps = List.copyOf(steps);
    }

    /** @throws IllegalArgumentException when the text is no path */
    static ContextPath parse(String text) {
        var steps = new ArrayList<String>();
        Matcher step = STEP.matcher(text);
        int at = 0;
        while (at < text.length() && step.find(at) && step.start() == at) {
            String name = step.group(1) == null ? step.group(2) : step.group(1);
            steps.add('"' + name + '"' + step.group(3));
            at = step.end();
        }
        if (at < text.length() || steps.isEmpty() || steps.size() > MOST_STEPS) {
            throw new IllegalArgumentException(
                    "not a path such as entities.\"com.example/customer\"[0].data.tier: " + text);
        }
        return new ContextPath(steps);
    }

    /** The value as SUPER; NULL where the path leads nowhere. */
    String in(String superColumn) {
        return superColumn + "." + String.join(".", steps);
    }
}
