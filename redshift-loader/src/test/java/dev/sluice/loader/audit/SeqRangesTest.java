package dev.sluice.loader.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeqRangesTest {
    @Test
    void add_joinsWhatTouches() {
        var ranges = new SeqRanges().add(0, 4).add(10, 14).add(5, 9);
        assertThat(ranges.list()).containsExactly(new SeqRange(0, 14));
        assertThat(ranges.denseUpTo()).isEqualTo(14);
    }

    @Test
    void add_ofNothingChangesNothing() {
        assertThat(new SeqRanges().add(0, -1).isEmpty()).isTrue();
    }

    @Test
    void denseUpTo_isNothingWithoutTheFirst() {
        assertThat(new SeqRanges().add(1, 9).denseUpTo()).isEqualTo(-1);
        assertThat(new SeqRanges().denseUpTo()).isEqualTo(-1);
    }

    @Test
    void missingFrom_namesTheHoles() {
        var ranges = new SeqRanges().add(0, 4).add(8, 8).add(20, 30);
        assertThat(ranges.missingFrom(0, 25)).containsExactly(new SeqRange(5, 7), new SeqRange(9, 19));
        assertThat(ranges.missingFrom(3, 6)).containsExactly(new SeqRange(5, 6));
        assertThat(ranges.missingFrom(29, 33)).containsExactly(new SeqRange(31, 33));
        assertThat(ranges.missingFrom(0, 4)).isEmpty();
    }

    @Test
    void range_refusesToEndBeforeItBegins() {
        assertThatIllegalArgumentException().isThrownBy(() -> new SeqRange(2, 1));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void ranges_areWhatASetOfNumbersWouldBe(long seed) {
        var random = new Random(seed);
        var numbers = new TreeSet<Long>();
        var ranges = new SeqRanges();
        for (int i = 0; i < 40; i++) {
            long first = random.nextInt(100);
            long last = first + random.nextInt(6) - 1;
            ranges.add(first, last);
            for (long seq = first; seq <= last; seq++) {
                numbers.add(seq);
            }
            for (long seq = -1; seq < 110; seq++) {
                assertThat(ranges.contains(seq)).isEqualTo(numbers.contains(seq));
                assertThat(ranges.meets(seq, seq + 3))
                        .isEqualTo(!numbers.subSet(seq, true, seq + 3, true).isEmpty());
            }
            var missing = new TreeSet<Long>();
            ranges.missingFrom(0, 109).forEach(range -> {
                for (long seq = range.first(); seq <= range.last(); seq++) {
                    missing.add(seq);
                }
            });
            var all = new TreeSet<>(missing);
            all.addAll(numbers);
            assertThat(all).hasSize(110);
            assertThat(missing).hasSize(110 - numbers.size());
        }
    }
}
