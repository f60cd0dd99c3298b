package dev.sluice.loader.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class KnownSinceTest {
    private static final Duration GRACE = Duration.ofMinutes(5);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final KnownSince known = new KnownSince(GRACE, nanos::get);

    @Test
    void hear_givesWhatHasBeenKnownForTheGrace() {
        assertThat(known.hear("a", 9)).isEqualTo(-1);
        pass(GRACE.dividedBy(2));
        assertThat(known.hear("a", 19)).isEqualTo(-1);
        pass(GRACE.dividedBy(2));
        assertThat(known.hear("a", 19)).isEqualTo(9);
        pass(GRACE.dividedBy(2));
        assertThat(known.hear("a", 19)).isEqualTo(19);
        assertThat(known.hear("b", 19)).isEqualTo(-1);
    }

    @Test
    void atOnce_doesNotWait() {
        known.atOnce("a", 4);
        assertThat(known.hear("a", 19)).isEqualTo(4);
        pass(GRACE);
        assertThat(known.hear("a", 19)).isEqualTo(19);
    }

    @Test
    void retain_forgetsTheOthers() {
        known.atOnce("a", 4);
        known.atOnce("b", 4);
        known.retain(Set.of("b"));
        assertThat(known.overdueUpTo("a")).isEqualTo(-1);
        assertThat(known.overdueUpTo("b")).isEqualTo(4);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
