package dev.sluice.loader.console;

import java.util.List;

/**
 * The page's content as text, ready for the template, which escapes it. Every list is in the order in which it is shown.
 *
 * @param visits empty while they are not known
 */
record View(
        Verdict verdict,
        String asOf,
        List<Stage> stages,
        List<Minute> minutes,
        Loads loads,
        Bad bad,
        List<PageView> latest,
        List<Visits> visits,
        String visitsNote) {

    /** One stop of the line: what goes through it, and how late it is. */
    record Stage(String name, String tone, String number, String unit, List<Fact> facts) {}

    record Fact(String name, String value) {}

    /** @param seconds since 1970, for the chart */
    record Minute(
            String minute,
            long seconds,
            long acceptedNumber,
            String accepted,
            String loaded,
            String bad,
            String repeated,
            String tone,
            String proof) {}

    record Loads(String last, List<Load> latest) {}

    record Load(
            String id,
            String at,
            String batches,
            String pageViews,
            String events,
            String bad,
            String repeats,
            String oldest) {}

    record Bad(List<Reason> reasons, List<BadRow> latest) {}

    record Reason(String stage, String reason, String rows) {}

    record BadRow(String at, String site, String stage, String reason, String detail, String original) {}

    record PageView(
            String at, String site, String page, String title, String referrer, String device, String country) {}

    record Visits(
            String asOf,
            String pageViews,
            String visitors,
            List<VisitMinute> minutes,
            List<Page> pages,
            List<Referrer> referrers) {}

    record VisitMinute(
            String minute, long seconds, long pageViewNumber, long visitorNumber, String pageViews, String visitors) {}

    record Page(String page, String pageViews, String visitors) {}

    record Referrer(String medium, String source, String pageViews) {}
}
