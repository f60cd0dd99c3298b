package dev.sluice.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class SampleTest {
    @Test
    void median_ofOddAndEvenNumbersOfRuns() {
        assertThat(new Sample(List.of(9.0, 1.0, 2.0)).median()).isEqualTo(2);
        assertThat(new Sample(List.of(9.0, 1.0, 2.0, 4.0)).median()).isEqualTo(3);
    }

    /** A disturbed round counts once on both sides, instead of moving the ratio of two medians. */
    @Test
    void ratios_areOfTheSameRound() {
        Sample ratios = Sample.ratios(List.of(10.0, 40.0, 30.0), List.of(2.0, 8.0, 3.0));
        assertThat(ratios.values()).containsExactly(5.0, 5.0, 10.0);
        assertThat(ratios.text()).isEqualTo("5.00 (5.00 to 10.0)");
    }

    @Test
    void runsOfOneSideOnly_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Sample.ratios(List.of(1.0), List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new Sample(List.of()));
    }

    @Test
    void number_keepsThreeDigitsThatMatter() {
        assertThat(List.of(0.0631, 4.651, 46.02, 697.4, 18_764.2).stream().map(Sample::number))
                .containsExactly("0.063", "4.65", "46.0", "697", "18,764");
    }
}
