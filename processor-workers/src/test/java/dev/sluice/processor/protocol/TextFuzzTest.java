package dev.sluice.processor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Any text, made fit for any column: never more bytes than it has, never half a character, and never less than fits. */
class TextFuzzTest {
    @FuzzTest(maxDuration = "20s")
    void cleanAndCut_fitAnyColumn(FuzzedDataProvider data) throws CharacterCodingException {
        int maxBytes = data.consumeInt(0, 70);
        String sent = data.consumeRemainingAsString();

        String clean = Text.clean(sent);
        assertThat(Text.clean(clean)).isSameAs(clean);
        assertThat(clean.codePointCount(0, clean.length())).isEqualTo(sent.codePointCount(0, sent.length()));
        assertThat(clean.indexOf('\0')).isNegative();

        String cut = Text.cut(clean, maxBytes);
        assertThat(clean).startsWith(cut);
        int bytes = utf8(cut);
        assertThat(bytes).isLessThanOrEqualTo(maxBytes);
        assertThat(Text.bytes(clean, 0)).isEqualTo(utf8(clean));
        assertThat(Text.isLonger(clean, maxBytes)).isEqualTo(cut.length() < clean.length());
        if (cut.length() < clean.length()) {
            String next = clean.substring(cut.length(), clean.offsetByCodePoints(cut.length(), 1));
            assertThat(bytes + utf8(next)).isGreaterThan(maxBytes);
        }
    }

    /** Fails on half a surrogate pair. */
    private static int utf8(String text) throws CharacterCodingException {
        ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        return utf8.remaining();
    }
}
