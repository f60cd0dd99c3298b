package dev.sluice.cli.send;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatenciesTest {
    private final Latencies latencies = new Latencies();

    @Test
    void withoutAny_allIsZero() {
        assertThat(latencies.percentile(0.99)).isZero();
        assertThat(latencies.most()).isZero();
    }

    @Test
    void percentiles_areOfAllThatWasRecorded() {
        for (int i = 1; i <= 10_000; i++) {
            latencies.record(i * 1_000L);
        }

        assertThat(latencies.percentile(0.5)).isCloseTo(5_000_000, Percentage.withPercentage(3.2));
        assertThat(latencies.percentile(0.99)).isCloseTo(9_900_000, Percentage.withPercentage(3.2));
        assertThat(latencies.percentile(1)).isEqualTo(10_000_000);
        assertThat(latencies.most()).isEqualTo(10_000_000);
    }

    @Test
    void oneSlowOfAThousand_isTheMostAndNotTheP99() {
        latencies.record(7_000_000_000L);
        for (int i = 0; i < 999; i++) {
            latencies.record(100);
        }

        assertThat(latencies.percentile(0.99)).isCloseTo(100, Percentage.withPercentage(3.2));
        assertThat(latencies.most()).isEqualTo(7_000_000_000L);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 31, 32, 33, 63, 64, 1_000, 123_456_789, Long.MAX_VALUE})
    void value_isNeverUnderstated_norOverstatedByMoreThanAThirtySecond(long value) {
        latencies.record(value);
        latencies.record(Long.MAX_VALUE);

        assertThat(latencies.percentile(0.5)).isBetween(value, value < Long.MAX_VALUE ? value + value / 32 : value);
    }
}
