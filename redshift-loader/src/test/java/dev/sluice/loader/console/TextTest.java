package dev.sluice.loader.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTest {
    @ParameterizedTest
    @CsvSource({"-3, 0 s", "0, 0 s", "59, 59 s", "61, 1 min 1 s", "3599, 59 min 59 s", "3660, 1 h 1 min"})
    void age_hasNoMoreThanTwoUnits(long seconds, String text) {
        assertThat(Text.age(Duration.ofSeconds(seconds))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0.05, 0.1", "9.94, 9.9", "10, 10", "1666.7, '1,667'"})
    void perSecond_hasATenthWhereItMatters(double rate, String text) {
        assertThat(Text.perSecond(rate)).isEqualTo(text);
    }

    @Test
    void time_hasADateWhenItIsNotOfNow() {
        Instant now = Instant.parse("2026-06-02T13:00:00Z");
        assertThat(Text.time(Instant.parse("2026-06-02T01:02:03.9Z"), now)).isEqualTo("01:02:03");
        assertThat(Text.time(Instant.parse("2026-06-01T01:02:03Z"), now)).isEqualTo("2026-06-01 01:02:03");
        assertThat(Text.time(null, now)).isEqualTo("–");
    }

    @Test
    void sent_isCutBetweenCodePoints() {
        assertThat(Text.sent("\uD83C\uDF0A".repeat(121))).isEqualTo("\uD83C\uDF0A".repeat(120) + "…");
        assertThat(Text.sent("x".repeat(120))).isEqualTo("x".repeat(120));
        assertThat(Text.sent("")).isEqualTo("–");
        assertThat(Text.sent(null)).isEqualTo("–");
    }
}
