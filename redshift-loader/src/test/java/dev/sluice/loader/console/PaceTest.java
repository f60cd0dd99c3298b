package dev.sluice.loader.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final Pace pace = new Pace(Duration.ofSeconds(2), nanos::get, new Random(1));

    private long begin() {
        return nanos.get();
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void isDue_onceInTheInterval_countedFromTheBeginning() {
        assertThat(pace.isDue()).isTrue();
        long began = begin();
        pass(Duration.ofMillis(300));
        pace.answered(began);
        pass(Duration.ofMillis(1699));
        assertThat(pace.isDue()).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(pace.isDue()).isTrue();
    }

    @Test
    void answered_slowly_restsFourTimesAsLong() {
        long began = begin();
        pass(Duration.ofSeconds(3));
        pace.answered(began);
        pass(Duration.ofMillis(11_999));
        assertThat(pace.isDue()).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(pace.isDue()).isTrue();
    }

    @Test
    void failed_again_pausesLonger_upToAMinute() {
        Duration longest = Duration.ZERO;
        for (int i = 0; i < 50; i++) {
            pace.failed(begin());
            Duration waited = Duration.ZERO;
            while (!pace.isDue()) {
                pass(Duration.ofMillis(500));
                waited = waited.plusMillis(500);
            }
            assertThat(waited).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(63));
            longest = waited.compareTo(longest) > 0 ? waited : longest;
        }
        assertThat(longest).isGreaterThan(Duration.ofSeconds(40));
        pace.answered(begin());
        pass(Duration.ofSeconds(2));
        assertThat(pace.isDue()).isTrue();
    }
}
