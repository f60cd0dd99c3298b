package dev.sluice.loader.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RatesTest {
    private static final URI A = URI.create("http://a:1");
    private static final URI B = URI.create("http://b:1");

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final Rates rates = new Rates(nanos::get);

    private double after(Duration time, Map<URI, Double> values) {
        nanos.addAndGet(time.toNanos());
        return rates.of("hits", values);
    }

    @Test
    void of_isASecond_overAllNodes() {
        assertThat(after(Duration.ZERO, Map.of(A, 100.0, B, 7.0))).isNaN();
        assertThat(after(Duration.ofSeconds(2), Map.of(A, 150.0, B, 8.0))).isEqualTo(25.5);
        assertThat(rates.of("others", Map.of(A, 1e9))).isNaN();
    }

    @Test
    void of_aNodeThatStartedAnew_orHasJustCome_tellsNothingYet() {
        after(Duration.ZERO, Map.of(A, 100.0));
        assertThat(after(Duration.ofSeconds(1), Map.of(A, 3.0, B, 50.0))).isNaN();
        assertThat(after(Duration.ofSeconds(1), Map.of(A, 13.0, B, 50.0))).isEqualTo(10);
    }

    @Test
    void of_aNodeThatWasAwayForAWhile_isOfAllThatTime() {
        after(Duration.ZERO, Map.of(A, 0.0));
        assertThat(after(Duration.ofSeconds(5), Map.of())).isNaN();
        assertThat(after(Duration.ofSeconds(5), Map.of(A, 100.0))).isEqualTo(10);
    }
}
