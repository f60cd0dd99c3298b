package dev.sluice.local.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SequenceNumberTest {
    @Test
    void toString_has56DigitsAndKeepsTheOrder() {
        String low = new SequenceNumber(9, 999).toString();
        String high = new SequenceNumber(10, 0).toString();
        String highest = new SequenceNumber(Long.MAX_VALUE, Integer.MAX_VALUE).toString();
        assertThat(low).hasSize(56).isLessThan(high);
        assertThat(highest).hasSize(56).isGreaterThan(high);
        assertThat(new BigInteger(low)).isLessThan(new BigInteger(high));
    }

    @Test
    void parse_givesBackWhatWasWritten() {
        SequenceNumber number = new SequenceNumber(1_795_000_000_000_001L, 42);
        assertThat(SequenceNumber.parse(number.toString())).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "TRIM_HORIZON",
                "49x00000000000000000000000000000000000000000000000000000",
                "50000000000000000000000000000000000000000000000000000000",
                "49999999999999999999900000000000000000000000000000000000",
                "49000000000000000000099999999999999999999999999999999999"
            })
    void parse_refusesWhatNoStreamGave(String text) {
        assertThatThrownBy(() -> SequenceNumber.parse(text))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo("InvalidArgumentException"));
    }
}
