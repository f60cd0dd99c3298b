package dev.sluice.processor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "Größe ✓",
                "日本語",
                "😀 emoji",
                "\uFEFFbom",
                "\u2028",
                "a\tb\r\n",
                "\u202Eabc",
                "=cmd|' /C'"
            })
    void clean_keepsWhatTheWarehouseTakes(String text) {
        assertThat(Text.clean(text)).isSameAs(text);
    }

    @Test
    void clean_replacesWhatCopyRefuses() {
        assertThat(Text.clean("a\0b")).isEqualTo("a\uFFFDb");
        assertThat(Text.clean("a\uD83D")).isEqualTo("a\uFFFD");
        assertThat(Text.clean("\uDE00a")).isEqualTo("\uFFFDa");
        assertThat(Text.clean("\uDE00\uD83D")).isEqualTo("\uFFFD\uFFFD");
        assertThat(Text.clean("\uFDD0\uFDEF\uFFFE\uFFFF")).isEqualTo("\uFFFD\uFFFD\uFFFD\uFFFD");
        assertThat(Text.clean(new String(Character.toChars(0x1FFFE)))).isEqualTo("\uFFFD");
    }

    @ParameterizedTest
    @CsvSource({
        "abcd, 4, abcd",
        "abcd, 3, abc",
        "äb, 3, äb",
        "äb, 2, ä",
        "äb, 1, ''",
        "a😀, 5, a😀",
        "a😀, 4, a",
        "a😀, 3, a",
        "a😀b, 5, a😀",
        "✓✓, 5, ✓",
        "✓✓, 6, ✓✓",
    })
    void cut_countsBytesAndSplitsNoCodePoint(String text, int maxBytes, String expected) {
        assertThat(Text.cut(text, maxBytes)).isEqualTo(expected);
        assertThat(Text.isLonger(text, maxBytes)).isEqualTo(!text.equals(expected));
    }

    @Test
    void cut_leavesEmojiAtEveryBorderWhole() {
        for (int ascii = 0; ascii < 12; ascii++) {
            String text = "x".repeat(ascii) + "😀😀";
            for (int maxBytes = 0; maxBytes < 24; maxBytes++) {
                String cut = Text.cut(text, maxBytes);
                byte[] bytes = cut.getBytes(StandardCharsets.UTF_8);
                assertThat(bytes.length).isLessThanOrEqualTo(maxBytes);
                assertThat(text).startsWith(cut);
                assertThat(Text.clean(cut)).isSameAs(cut);
                // Nothing that would have fitted is missing.
                assertThat(cut.equals(text) || bytes.length > maxBytes - 4).isTrue();
            }
        }
    }
}
