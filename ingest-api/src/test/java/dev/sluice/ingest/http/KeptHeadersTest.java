package dev.sluice.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

class KeptHeadersTest {
    @Test
    void of_keepsTheFewThatMatter_byLowerCaseName() {
        var request = new MockHttpServletRequest();
        request.addHeader("User-Agent", "Mozilla/5.0");
        request.addHeader("REFERER", "https://example.com/");
        request.addHeader("Accept-Language", "de,en;q=0.5");
        request.addHeader("Sec-CH-UA", "\"Chromium\";v=\"140\"");
        request.addHeader("Sec-CH-UA-Platform", "\"Linux\"");
        request.addHeader("Sec-GPC", "1");
        request.addHeader("Cookie", "sp=secret");
        request.addHeader("Authorization", "Bearer secret");
        request.addHeader("X-Forwarded-For", "198.51.100.1");
        request.addHeader("Origin", "");
        assertThat(KeptHeaders.of(request))
                .containsOnlyKeys(
                        "user-agent", "referer", "accept-language", "sec-ch-ua", "sec-ch-ua-platform", "sec-gpc");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "Größe", "\uD83D\uDE00 emoji", "日本"})
    void text_readsUtf8(String text) {
        assertThat(KeptHeaders.text(asLatin1(text.getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(text);
    }

    @Test
    void text_keepsLatin1_whenItIsNotUtf8() {
        assertThat(KeptHeaders.text(asLatin1("Größe".getBytes(StandardCharsets.ISO_8859_1))))
                .isEqualTo("Größe");
    }

    /** As the server hands over header bytes. */
    private static String asLatin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
