package dev.sluice.loader.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuietWindowsTest {
    /** Sundays from two o'clock for two hours, and each day from 23:30 for one. */
    private static final List<LoaderProperties.Quiet> QUIET = List.of(
            new LoaderProperties.Quiet("0 0 2 * * SUN", Duration.ofHours(2)),
            new LoaderProperties.Quiet("0 30 23 * * *", Duration.ofHours(1)));

    @ParameterizedTest
    @CsvSource({
        "2026-11-22T01:59:59Z, 0s", // a Sunday
        "2026-11-22T02:00:00Z, 2h",
        "2026-11-22T03:30:00Z, 30m",
        "2026-11-22T03:59:59Z, 1s",
        "2026-11-22T04:00:00Z, 0s",
        "2026-11-23T02:30:00Z, 0s",
        "2026-11-23T23:45:00Z, 45m",
        "2026-11-24T00:15:00Z, 15m", // beyond midnight
        "2026-11-24T00:30:00Z, 0s",
    })
    void left_isTheRestOfAWindowThatIsUnderWay(Instant now, String left) {
        var windows = new QuietWindows(QUIET, InstantSource.fixed(now));
        assertThat(windows.left()).isEqualTo(Duration.parse("PT" + left));
    }

    @ParameterizedTest
    @CsvSource("2026-11-22T03:00:00Z")
    void left_isNothing_withoutWindows(Instant now) {
        assertThat(new QuietWindows(List.of(), InstantSource.fixed(now)).left()).isZero();
    }
}
