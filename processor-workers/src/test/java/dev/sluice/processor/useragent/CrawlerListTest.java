package dev.sluice.processor.useragent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.processor.protocol.JsonProblem;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CrawlerListTest {
    private static CrawlerList of(String pattern) throws JsonProblem {
        return CrawlerList.of("t 1", "[{\"pattern\":\"" + pattern.replace("\\", "\\\\") + "\",\"url\":\"x\"}]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "bot\\/ ~ my bot/1 ~ true",
                "bot\\/ ~ my bot 1 ~ false",
                "grub\\.org ~ x grub.org y ~ true",
                "grub\\.org ~ x grubXorg y ~ false",
                "^Seek ~ Seeker ~ true",
                "^Seek ~ A Seeker ~ false",
                "^a\\.b$ ~ a.b ~ true",
                "^a\\.b$ ~ a.bc ~ false",
                "[wW]get ~ Wget/1 ~ true",
                "(^| )PTST\\/ ~ x PTST/1 ~ true",
                "(^| )PTST\\/ ~ xPTST/1 ~ false",
                "A|B ~ xB ~ true",
                "a\\d ~ a7 ~ true",
                "a\\d ~ ad ~ false",
                "C\\+\\+ ~ C++ ~ true",
                "Bot ~ robot ~ false"
            })
    void matches_asTheExpressionDoes(String pattern, String userAgent, boolean expected) throws JsonProblem {
        assertThat(of(pattern).matches(userAgent)).isEqualTo(expected);
    }

    @Test
    void of_skipsWhatIsNoPattern() throws JsonProblem {
        assertThat(CrawlerList.of("t", "[1,{},{\"pattern\":2},{\"pattern\":\"x\"}]")
                        .size())
                .isEqualTo(1);
        assertThat(CrawlerList.of("t", "{}").size()).isZero();
    }

    @Test
    void of_refusesWhatIsNoList() {
        assertThatThrownBy(() -> CrawlerList.of("t", "[")).isInstanceOf(JsonProblem.class);
        assertThatThrownBy(() -> of("(")).isInstanceOf(PatternSyntaxException.class);
    }

    @Test
    void none_matchesNobody() {
        assertThat(CrawlerList.NONE.matches("Googlebot/2.1")).isFalse();
        assertThat(CrawlerList.NONE.version()).isEmpty();
    }
}
