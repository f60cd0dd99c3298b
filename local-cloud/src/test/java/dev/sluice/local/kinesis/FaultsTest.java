package dev.sluice.local.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultsTest {
    private final Faults faults = new Faults();

    @Test
    void withoutAPlan_nothingGoesWrong() {
        for (int i = 0; i < 100; i++) {
            assertThat(faults.drawError("PutRecords")).isEmpty();
            assertThat(faults.drawRecordFailure()).isEmpty();
            assertThat(faults.drawLostAnswer("PutRecords")).isFalse();
            assertThat(faults.drawDown("PutRecords")).isFalse();
        }
        assertThat(faults.counts()).isEqualTo(new Faults.Counts(0, 0, 0, 0, 0));
    }

    @Test
    void theSamePlan_givesTheSameFaults() {
        FaultPlan plan =
                FaultPlan.NONE.withRecordFailures(0.3, FaultError.THROTTLED).withSeed(7);
        List<Boolean> first = draws(plan);
        assertThat(draws(plan)).isEqualTo(first);
        assertThat(draws(plan.withSeed(8))).isNotEqualTo(first);
        assertThat(first.stream().filter(failed -> failed).count()).isBetween(200L, 400L);
    }

    private List<Boolean> draws(FaultPlan plan) {
        faults.set(plan);
        List<Boolean> draws = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            draws.add(faults.drawRecordFailure().isPresent());
        }
        return draws;
    }

    @Test
    void aPlanForSomeOperations_sparesTheOthers() {
        faults.set(FaultPlan.NONE
                .withErrors(1, FaultError.INTERNAL_FAILURE)
                .withLostAnswers(1)
                .onlyFor("PutRecords"));
        assertThat(faults.drawError("GetRecords")).isEmpty();
        assertThat(faults.drawLostAnswer("GetRecords")).isFalse();
        assertThat(faults.drawError("PutRecords"))
                .hasValueSatisfying(e -> assertThat(e.status()).isEqualTo(500));
        assertThat(faults.drawLostAnswer("PutRecords")).isTrue();
        assertThat(faults.counts()).isEqualTo(new Faults.Counts(1, 0, 1, 0, 0));
    }

    @Test
    void latency_isTheOperationsOwnOrThatOfAny() {
        FaultPlan plan = FaultPlan.NONE
                .withLatency(FaultPlan.ANY, Duration.ofMillis(5))
                .withLatency("PutRecords", Duration.ofMillis(200));
        assertThat(plan.latencyOf("PutRecords")).isEqualTo(Duration.ofMillis(200));
        assertThat(plan.latencyOf("GetRecords")).isEqualTo(Duration.ofMillis(5));
    }

    @Test
    void rates_areFromZeroToOne() {
        for (double rate : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> FaultPlan.NONE.withErrors(rate, FaultError.THROTTLED))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> FaultPlan.NONE.withLostAnswers(rate)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> FaultPlan.NONE.withRecordFailures(rate, FaultError.THROTTLED))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
