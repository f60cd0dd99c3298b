package dev.sluice.loader.console;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How the page writes numbers, times and what visitors sent. Escapes nothing: that is the template's. */
final class Text {
    /** What is told where there is nothing to tell. */
    static final String NONE = "–";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("HH:mm").withZone(ZoneOffset.UTC);
    private static final Duration TODAY = Duration.ofHours(12);
    private static final int LONGEST = 120;
    private static final double TENTHS_BELOW = 10;
    private static final double MILLIS = 1000;
    private static final int MINUTE_SECONDS = 60;
    private static final int HOUR_SECONDS = 3600;

    private Text() {}

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** Something a second; a tenth only where it matters. */
    static String perSecond(double rate) {
        return rate >= TENTHS_BELOW || rate == 0 ? count(Math.round(rate)) : String.format(Locale.ROOT, "%.1f", rate);
    }

    static String seconds(double seconds) {
        return seconds < MINUTE_SECONDS
                ? String.format(Locale.ROOT, "%.1f s", seconds)
                : age(Duration.ofMillis(Math.round(seconds * MILLIS)));
    }

    /** In whole seconds, and no more than two units. A clock that is ahead makes it 0. */
    static String age(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < MINUTE_SECONDS) {
            return seconds + " s";
        }
        return seconds < HOUR_SECONDS
                ? seconds / MINUTE_SECONDS + " min " + seconds % MINUTE_SECONDS + " s"
                : seconds / HOUR_SECONDS + " h " + seconds % HOUR_SECONDS / MINUTE_SECONDS + " min";
    }

    /** Of today or the day before: the page is of the last half hour, but for what stands still. */
    static String time(@Nullable Instant time) {
        return time == null ? NONE : TIME.format(time);
    }

    /** The same with its date where it is not of the last 12 hours. */
    static String time(@Nullable Instant time, Instant now) {
        return time == null || Duration.between(time, now).compareTo(TODAY) < 0
                ? time(time)
                : time.atZone(ZoneOffset.UTC).toLocalDate() + " " + TIME.format(time);
    }

    static String minute(Instant minute) {
        return MINUTE.format(minute);
    }

    /** What somebody sent, cut at a code point to what fits into a cell. */
    static String sent(@Nullable String value) {
        return value == null || value.isEmpty() ? NONE : cut(value, LONGEST);
    }

    static String cut(String value, int longest) {
        return value.codePointCount(0, value.length()) <= longest
                ? value
                : value.substring(0, value.offsetByCodePoints(0, longest)) + "…";
    }
}
