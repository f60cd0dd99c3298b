package dev.sluice.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.springframework.mock.web.MockHttpServletRequest;

/** Header values of any bytes: text that is at most twice as long in UTF-8, and what was UTF-8 unchanged. */
class KeptHeadersFuzzTest {
    @FuzzTest(maxDuration = "20s")
    void of_keepsBytesAsText(FuzzedDataProvider data) {
        String name =
                data.pickValue(List.of("User-Agent", "REFERER", "Sec-CH-UA-Model", "Cookie", "Authorization", "X"));
        byte[] utf8 = data.consumeString(60).getBytes(StandardCharsets.UTF_8);
        byte[] raw = data.consumeRemainingAsBytes();
        var request = new MockHttpServletRequest();
        request.addHeader(name, new String(raw, StandardCharsets.ISO_8859_1));

        Map<String, String> kept = KeptHeaders.of(request);
        boolean secret = name.equals("Cookie") || name.equals("Authorization") || name.equals("X");
        assertThat(kept).hasSize(secret || raw.length == 0 ? 0 : 1);
        kept.values().forEach(value -> {
            byte[] stored = value.getBytes(StandardCharsets.UTF_8);
            assertThat(stored.length).isLessThanOrEqualTo(2 * raw.length);
            // No half of a surrogate pair, which would have become a question mark.
            assertThat(new String(stored, StandardCharsets.UTF_8)).isEqualTo(value);
        });
        assertThat(KeptHeaders.text(new String(utf8, StandardCharsets.ISO_8859_1)))
                .isEqualTo(new String(utf8, StandardCharsets.UTF_8));
    }
}
