package dev.sluice.loader.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CanariesTest {
    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Map<UUID, List<Instant>> warehouse = new HashMap<>();
    private boolean takes = true;
    private boolean answers = true;
    private long next;

    private final Canaries canaries = new Canaries(
            (id, at) -> takes,
            (ids, after) -> {
                if (!answers) {
                    throw new IllegalStateException("away");
                }
                var rows = new HashMap<>(warehouse);
                rows.keySet().retainAll(ids);
                return rows;
            },
            PATIENCE,
            () -> new UUID(0, ++next),
            registry);

    private double count(String name, String... tags) {
        return registry.get(name).tags(tags).counter().count();
    }

    @Test
    void aRow_endsTheCanary_andSaysHowLongItTook() throws Exception {
        canaries.round(START);
        assertThat(canaries.underWay()).isEqualTo(1);
        warehouse.put(new UUID(0, 1), List.of(START.plusSeconds(3)));
        canaries.round(START.plusSeconds(10));
        assertThat(canaries.underWay()).isEqualTo(1);
        assertThat(registry.get("sluice.canary.e2e").timer().totalTime(TimeUnit.SECONDS))
                .isEqualTo(3);
        assertThat(count("sluice.canary.sent", "result", "accepted")).isEqualTo(2);
        assertThat(count("sluice.canary.missed")).isZero();
    }

    @Test
    void withoutARow_itIsMissedOnce_whenPatienceIsOver() throws Exception {
        canaries.round(START);
        canaries.round(START.plus(PATIENCE));
        assertThat(count("sluice.canary.missed")).isZero();
        canaries.round(START.plus(PATIENCE).plusSeconds(1));
        canaries.round(START.plus(PATIENCE).plusSeconds(2));
        assertThat(count("sluice.canary.missed")).isEqualTo(1);
        assertThat(canaries.underWay()).isEqualTo(3);
    }

    @Test
    void twoRows_areCounted() throws Exception {
        warehouse.put(new UUID(0, 1), List.of(START.plusSeconds(1), START.plusSeconds(2)));
        canaries.round(START);
        assertThat(count("sluice.canary.doubled")).isEqualTo(1);
    }

    @Test
    void whatIsRefused_isNeitherLookedForNorMissed() throws Exception {
        takes = false;
        canaries.round(START);
        canaries.round(START.plus(PATIENCE).plusSeconds(1));
        assertThat(count("sluice.canary.sent", "result", "refused")).isEqualTo(2);
        assertThat(count("sluice.canary.missed")).isZero();
        assertThat(canaries.underWay()).isZero();
    }

    /** A warehouse that is away says nothing of a canary: it is judged when the warehouse answers again. */
    @Test
    void whileTheWarehouseIsAway_nothingIsMissed() throws Exception {
        canaries.round(START);
        answers = false;
        assertThatThrownBy(() -> canaries.round(START.plus(PATIENCE).plusSeconds(1)))
                .isInstanceOf(IllegalStateException.class);
        assertThat(count("sluice.canary.missed")).isZero();
        answers = true;
        warehouse.put(new UUID(0, 1), List.of(START.plus(PATIENCE).plusSeconds(2)));
        canaries.round(START.plus(PATIENCE).plusSeconds(3));
        assertThat(count("sluice.canary.missed")).isZero();
    }
}
