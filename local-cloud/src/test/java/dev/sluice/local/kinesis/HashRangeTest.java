package dev.sluice.local.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HashRangeTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 500})
    void even_coversAllKeysOnce(int parts) {
        List<HashRange> ranges = HashRange.even(parts);
        assertThat(ranges).hasSize(parts);
        assertThat(ranges.getFirst().first()).isZero();
        assertThat(ranges.getLast().last()).isEqualTo(HashRange.KEYS.subtract(BigInteger.ONE));
        for (int i = 1; i < parts; i++) {
            assertThat(ranges.get(i - 1).endsBefore(ranges.get(i))).isTrue();
        }
    }

    @Test
    void hash_isTheMd5OfTheKey() {
        assertThat(HashRange.hash("abc".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(new BigInteger("900150983cd24fb0d6963f7d28e17f72", 16));
    }

    @Test
    void parseKey_takesTheLowestAndTheHighest() {
        assertThat(HashRange.parseKey("0")).isZero();
        BigInteger highest = HashRange.KEYS.subtract(BigInteger.ONE);
        assertThat(HashRange.parseKey(highest.toString())).isEqualTo(highest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "01", "1.5", "abc", "340282366920938463463374607431768211456", "٣"})
    void parseKey_refusesAnythingElse(String text) {
        assertThatThrownBy(() -> HashRange.parseKey(text)).isInstanceOf(ApiException.class);
    }
}
