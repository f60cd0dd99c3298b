package dev.sluice.loader.load;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import org.springframework.scheduling.support.CronExpression;

/** Times in which the warehouse is left alone; staging goes on and the backlog is loaded afterwards. Immutable, thread-safe. */
final class QuietWindows {
    private final List<Window> windows;
    private final InstantSource clock;

    private record Window(CronExpression begins, Duration lasts) {
        /** Zero when none is under way. */
        Duration left(ZonedDateTime now) {
            ZonedDateTime began = begins.next(now.minus(lasts));
            return began == null || began.isAfter(now) ? Duration.ZERO : Duration.between(now, began.plus(lasts));
        }
    }

    QuietWindows(List<LoaderProperties.Quiet> quiet, InstantSource clock) {
        this.windows = quiet.stream()
                .map(each -> new Window(CronExpression.parse(each.begins()), each.lasts()))
                .toList();
        this.clock = clock;
    }

    /** How long it still is quiet; zero when it isn't. */
    Duration left() {
        Instant now = clock.instant();
        return windows.stream()
                .map(window -> window.left(now.atZone(ZoneOffset.UTC)))
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }
}
