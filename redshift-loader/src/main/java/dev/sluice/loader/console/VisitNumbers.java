package dev.sluice.loader.console;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What visitors did in the last 30 minutes, without robots and canaries: one transaction's view of it. Immutable. */
record VisitNumbers(
        Instant asOf, long pageViews, long visitors, List<Minute> minutes, List<Page> pages, List<Referrer> referrers) {
    VisitNumbers {
        minutes = List.copyOf(minutes);
        pages = List.copyOf(pages);
        referrers = List.copyOf(referrers);
    }

    record Minute(Instant minute, long pageViews, long visitors) {}

    record Page(@Nullable String host, @Nullable String path, long pageViews, long visitors) {}

    record Referrer(String medium, @Nullable String source, long pageViews) {}
}
