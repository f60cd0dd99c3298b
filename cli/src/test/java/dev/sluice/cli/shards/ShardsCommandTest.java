package dev.sluice.cli.shards;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardsCommandTest {
    @ParameterizedTest
    @CsvSource({"1, 2, 2", "1, 9, 2", "2, 9, 4", "8, 9, 9", "9, 1, 5", "5, 1, 3", "3, 1, 2", "2, 1, 1", "4, 3, 3"})
    void oneCall_atMostDoublesOrHalves_andGetsNearer(int now, int target, int next) {
        assertThat(ShardsCommand.next(now, target)).isEqualTo(next);
    }
}
