package dev.sluice.cli.replay;

import dev.sluice.common.table.Table;
import dev.sluice.loader.load.BadEvent;
import dev.sluice.loader.load.Recovery;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What became of bad events, by their reason: tried = moved + still bad + gone. Confined to one thread. */
final class BadCounts {
    /** A row could be made of it, and it was not moved: the warehouse refused the row, or the bad event had gone by then. */
    private static final String NOT_MOVED = "not_moved";

    private static final class Of {
        private long moving;
        private long moved;
        private long stillBad;
        private long gone;
    }

    private final boolean dryRun;
    private final Map<String, Of> byReason = new TreeMap<>();
    private final Map<String, Long> newReasons = new TreeMap<>();
    private final Map<Table, Long> rows = new EnumMap<>(Table.class);
    private long repeats;
    private long erased;

    BadCounts(boolean dryRun) {
        this.dryRun = dryRun;
    }

    void tried(BadRequest.Verdict verdict) {
        verdict.moving().forEach(event -> of(event.reason()).moving++);
        verdict.stillBad().forEach((event, reason) -> {
            of(event.reason()).stillBad++;
            newReasons.merge(reason, 1L, Long::sum);
        });
        gone(verdict.gone());
    }

    /** Their originals are not in the archive. */
    void gone(List<BadEvent> events) {
        events.forEach(event -> of(event.reason()).gone++);
    }

    void moved(Recovery.Moved moved) {
        moved.moved().forEach((reason, count) -> of(reason).moved += count);
        moved.rows().forEach((table, count) -> rows.merge(table, count, Long::sum));
        repeats += moved.repeats();
        erased += moved.erased();
    }

    private Of of(String reason) {
        return byReason.computeIfAbsent(reason, _ -> new Of());
    }

    /** A table, and below it what the rest of it is. */
    String summary() {
        int width = Math.max(
                "REASON".length(),
                byReason.keySet().stream().mapToInt(String::length).max().orElse(0));
        String line = "%-" + width + "s %10s %10s %10s %10s%n";
        var text = new StringBuilder(String.format(
                Locale.ROOT, line, "REASON", "TRIED", dryRun ? "WOULD MOVE" : "MOVED", "STILL BAD", "GONE"));
        var reasons = new TreeMap<>(newReasons);
        byReason.forEach((reason, of) -> {
            long moved = dryRun ? of.moving : of.moved;
            long notMoved = of.moving - moved;
            if (notMoved > 0) {
                reasons.merge(NOT_MOVED, notMoved, Long::sum);
            }
            text.append(String.format(
                    Locale.ROOT,
                    line,
                    reason,
                    number(of.moving + of.stillBad + of.gone),
                    number(moved),
                    number(of.stillBad + notMoved),
                    number(of.gone)));
        });
        if (!reasons.isEmpty()) {
            text.append("still bad: ")
                    .append(reasons.entrySet().stream()
                            .map(reason -> reason.getKey() + " " + number(reason.getValue()))
                            .collect(Collectors.joining(", ")))
                    .append(System.lineSeparator());
        }
        if (!dryRun) {
            text.append(String.format(
                    Locale.ROOT,
                    "page_views +%s, events +%s%s%s%s%n",
                    number(rows.getOrDefault(Table.PAGE_VIEWS, 0L)),
                    number(rows.getOrDefault(Table.EVENTS, 0L)),
                    also(rows.getOrDefault(Table.BAD_EVENTS, 0L), " bad events of requests that were bad as a whole"),
                    also(repeats, " that a browser had sent before"),
                    also(erased, " erased on request")));
        }
        return text.toString();
    }

    private static String also(long count, String what) {
        return count == 0 ? "" : ", " + number(count) + what;
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
