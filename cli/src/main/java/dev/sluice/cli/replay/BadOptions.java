package dev.sluice.cli.replay;

import dev.sluice.loader.load.BadSelection;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/** What of {@code bad_events} {@code sluice replay --bad} takes up. */
final class BadOptions {
    /** Reasons of which nothing can be said without something that must be named: by what names it. */
    private static final Map<String, String> NEEDS = Map.of(
            "schema_invalid", "--schemas, the folder of schemas that the consumers have",
            "extension_failed", "--enrich, the extension's jar",
            "extension_timeout", "--enrich, the extension's jar");

    @Option(
            names = "--bad",
            description =
                    "Takes up the rows of bad_events: those that can be made rows by now move to page_views and events,"
                            + " each once.")
    boolean bad;

    @Option(
            names = "--reason",
            paramLabel = "REASON",
            split = ",",
            description = "With --bad: of these reasons alone, such as schema_invalid.")
    List<String> reasons = List.of();

    @Option(
            names = "--stage",
            paramLabel = "STAGE",
            split = ",",
            description = "With --bad: of these stages alone: parse, validate, enrich, load.")
    List<String> stages = List.of();

    @Option(names = "--dry-run", description = "With --bad: says how many would move, and changes nothing.")
    boolean dryRun;

    boolean isNarrowed() {
        return dryRun || !reasons.isEmpty() || !stages.isEmpty();
    }

    /** @throws IllegalArgumentException when there can be no such rows */
    BadSelection selection(Instant from, Instant to, Set<String> without) {
        return new BadSelection(from, to, Set.copyOf(reasons), without, Set.copyOf(stages));
    }

    /** Reasons that are not tried, by what would have to be named: without it every one of their events would pass. */
    static Map<String, String> notTried(boolean schemas, boolean code) {
        var lacking = new LinkedHashMap<String, String>();
        NEEDS.forEach((reason, what) -> {
            if (!(what.startsWith("--schemas") ? schemas : code)) {
                lacking.put(reason, what);
            }
        });
        return lacking;
    }
}
