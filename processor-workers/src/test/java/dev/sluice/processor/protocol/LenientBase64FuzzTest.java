package dev.sluice.processor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Any text encoded in any of the ways that trackers and proxies leave it is read again; anything else is text or null. */
class LenientBase64FuzzTest {
    @FuzzTest(maxDuration = "20s")
    void decode_readsEveryAlphabet_andSurvivesTheRest(FuzzedDataProvider data) {
        byte[] utf8 = data.consumeString(100).getBytes(StandardCharsets.UTF_8);
        String sent = new String(utf8, StandardCharsets.UTF_8);
        String standard = Base64.getEncoder().encodeToString(utf8);
        assertThat(LenientBase64.decode(standard)).isEqualTo(sent);
        assertThat(LenientBase64.decode(standard.replace("=", ""))).isEqualTo(sent);
        assertThat(LenientBase64.decode(standard.replace('+', ' '))).isEqualTo(sent);
        assertThat(LenientBase64.decode(Base64.getUrlEncoder().encodeToString(utf8)))
                .isEqualTo(sent);

        String raw = data.consumeRemainingAsString();
        String decoded = LenientBase64.decode(raw);
        if (decoded != null) {
            assertThat(decoded.length()).isLessThanOrEqualTo(raw.length());
        }
    }
}
