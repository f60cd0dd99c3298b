package dev.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
    private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

    @ParameterizedTest
    @CsvSource({"1, 100", "2, 200", "3, 400", "6, 3200", "7, 5000", "1000000, 5000"})
    void delay_staysUnderACeilingThatDoubles(int attempt, long ceilingMillis) {
        var random = new SplittableRandom(3);
        long longest = 0;
        for (int i = 0; i < 10_000; i++) {
            long millis = backoff.delay(attempt, random).toMillis();
            assertThat(millis).isBetween(0L, ceilingMillis);
            longest = Math.max(longest, millis);
        }
        assertThat(longest).isGreaterThan(ceilingMillis * 95 / 100);
    }

    @Test
    void constructor_refusesAFirstDelayAboveTheMost() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1)));
    }
}
