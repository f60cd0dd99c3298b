package dev.sluice.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.mock.web.MockHttpServletRequest;

/** Whatever comes as cookie, as wanted id and as origin: the id that is kept and the cookie that is set hold nothing of it that harms. */
class CallerFuzzTest {
    private static final UUID FRESH = new UUID(7, 7);
    private static final NetworkCookie COOKIE = new NetworkCookie(
            new CookieProperties(
                    true,
                    "sp",
                    null,
                    List.of("example.com"),
                    null,
                    Duration.ofDays(1),
                    true,
                    true,
                    CookieProperties.SameSite.NONE),
            () -> FRESH);

    @FuzzTest(maxDuration = "20s")
    void cookieAndHeaders_letNothingThrough(FuzzedDataProvider data) {
        var request = new MockHttpServletRequest();
        String cookie = data.consumeString(80);
        String origin = data.consumeString(60);
        request.addHeader("Origin", origin);
        String query = data.consumeBoolean() ? data.consumeString(80) : "e=pv&nuid=" + data.consumeString(80);

        String id = COOKIE.idOf(query, cookie);
        assertThat(id).matches("[0-9A-Za-z_-]{1,64}");
        String wanted = Cors.originOf(request);
        if (wanted != null) {
            assertThat(wanted).isEqualTo(origin).matches("[!-+\\--~]{1,512}");
        }
        assertThat(COOKIE.keep(id, wanted))
                .matches("sp=[0-9A-Za-z_-]{1,64}; Max-Age=86400; Path=/(; Domain=example.com)?; Secure; HttpOnly;"
                        + " SameSite=None");
        if (COOKIE.keep(id, wanted).contains("; Domain=")) {
            assertThat(wanted).contains("example.com");
        }
    }
}
