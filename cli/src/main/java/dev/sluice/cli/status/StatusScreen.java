package dev.sluice.cli.status;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A report as one screen of text. */
final class StatusScreen {
    private StatusScreen() {}

    static String of(StatusReport report) {
        var screen = new StringBuilder();
        number(screen, "accepted", report.accepted(), "requests answered 2xx since ingest started");
        number(screen, "in buffer", report.inBuffer(), "of these, not yet in the stream");
        number(screen, "in stream", report.inStream(), "requests in the stream, not yet read");
        number(screen, "in work", report.inWork(), "rows made of what was read, not yet staged");
        number(screen, "staged", report.staged(), "rows in S3, not yet loaded");
        var tables = report.tables();
        if (tables == null) {
            number(screen, "loaded", null, "");
        } else {
            number(
                    screen,
                    "loaded",
                    tables.pageViews() + tables.events(),
                    "rows: " + count(tables.pageViews()) + " page views, " + count(tables.events()) + " other events");
            number(screen, "bad", tables.bad(), "rows in bad_events, each with its reason");
            number(
                    screen,
                    "duplicates",
                    tables.repeatsOfBrowsers() + tables.repeatsOfTheLine(),
                    "left out: " + count(tables.repeatsOfBrowsers()) + " sent again, "
                            + count(tables.repeatsOfTheLine()) + " delivered again");
        }
        seconds(screen, "lag", report.behindSeconds(), "the consumer behind the stream's end");
        if (tables != null) {
            seconds(
                    screen,
                    "freshness",
                    tables.freshnessP95Seconds(),
                    String.format(
                            Locale.ROOT,
                            "p95 from received to queryable, p50 %.1f s, in the last 10 minutes that had any",
                            tables.freshnessP50Seconds()));
        }
        for (var part : report.parts()) {
            String problem = part.problem();
            line(screen, part.name(), problem == null ? "up" : "DOWN", problem == null ? "" : problem);
        }
        return screen.toString();
    }

    private static void number(StringBuilder screen, String name, @Nullable Long number, String text) {
        line(screen, name, number == null ? "?" : count(number), text);
    }

    private static void seconds(StringBuilder screen, String name, @Nullable Double seconds, String text) {
        line(screen, name, seconds == null ? "?" : String.format(Locale.ROOT, "%.1f s", seconds), text);
    }

    private static void line(StringBuilder screen, String name, String value, String text) {
        screen.append(String.format(Locale.ROOT, "%-12s%12s  %s", name, value, text)
                        .stripTrailing())
                .append('\n');
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
