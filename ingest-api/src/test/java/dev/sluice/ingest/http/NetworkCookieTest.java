package dev.sluice.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import jakarta.servlet.http.Cookie;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletResponse;

class NetworkCookieTest {
    private static final String FRESH = "00000000-0000-0007-0000-000000000007";
    private static final String ID = "5e9b2e1a-7c44-4f9e-8a51-3f1f6a1c0b11";

    private final NetworkCookie cookie = cookie(true, List.of(), null);

    @ParameterizedTest
    @CsvSource({
        "'', 5e9b2e1a-7c44-4f9e-8a51-3f1f6a1c0b11, 5e9b2e1a-7c44-4f9e-8a51-3f1f6a1c0b11",
        "nuid=abc, 5e9b2e1a-7c44-4f9e-8a51-3f1f6a1c0b11, abc",
        "e=pv&nuid=abc&x=1, '', abc",
        "e=pv&nuid=abc, '', abc",
        "tnuid=abc, '', " + FRESH,
        "e=pv&tnuid=abc, '', " + FRESH,
        "nuid=, " + ID + ", " + ID,
        "nuid=a%00b, " + ID + ", " + ID,
        "nuid=00000000-0000-0000-0000-000000000000, '', " + FRESH,
        "url=http://x/?nuid=no, '', " + FRESH,
    })
    void idOf_prefersTheQueryThenTheCookieThenANewOne(String query, String value, String id) {
        assertThat(cookie.idOf(query, value)).isEqualTo(id);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "<script>",
                "a b",
                "é",
                "\uD83D\uDE00",
                "a;b",
                "00000000-0000-0000-0000-000000000000",
                "12345678901234567890123456789012345678901234567890123456789012345"
            })
    void idOf_replacesAValueThatIsNoId(@Nullable String value) {
        assertThat(cookie.idOf("", value)).isEqualTo(FRESH);
    }

    @Test
    void idOf_isNone_whenTheCookieIsOff() {
        assertThat(cookie(false, List.of(), null).idOf("", ID)).isEqualTo("00000000-0000-0000-0000-000000000000");
    }

    @Test
    void keep_hasAllAttributes() {
        assertThat(cookie.keep(ID, "https://shop.example.com"))
                .isEqualTo("sp=" + ID + "; Max-Age=31536000; Path=/; Secure; HttpOnly; SameSite=None");
    }

    @Test
    void expire_endsItUnderTheSameDomain() {
        assertThat(cookie(true, List.of("example.com"), null).expire("https://shop.example.com"))
                .isEqualTo("sp=; Max-Age=0; Path=/; Domain=example.com; Secure; HttpOnly; SameSite=None");
    }

    @ParameterizedTest
    @CsvSource({
        "https://example.com, example.com",
        "https://shop.example.com, example.com",
        "https://shop.example.com:8443, example.com",
        "https://a.b.example.org, b.example.org",
        "https://badexample.com, fallback.net",
        "https://example.com.evil.net, fallback.net",
        "null, fallback.net",
    })
    void keep_takesTheFirstDomainThatFitsTheOrigin(String origin, String domain) {
        var configured = cookie(true, List.of("b.example.org", "example.com", "example.org"), "fallback.net");
        assertThat(configured.keep(ID, origin)).contains("; Domain=" + domain + ";");
    }

    @Test
    void keepAndExpire_alsoSetTheCookieThatScriptsCanRead() {
        var readable = new NetworkCookie(
                new CookieProperties(
                        true,
                        "sp",
                        "seen",
                        List.of("example.com"),
                        null,
                        Duration.ofDays(365),
                        true,
                        true,
                        CookieProperties.SameSite.LAX),
                () -> UUID.fromString(FRESH));
        var response = new MockHttpServletResponse();
        readable.keep(response, ID, "https://example.com");
        readable.expire(response, "https://example.com");
        assertThat(response.getCookies())
                .extracting(Cookie::getName, Cookie::getValue, Cookie::getMaxAge, Cookie::isHttpOnly, Cookie::getDomain)
                .containsExactly(
                        tuple("sp", ID, 31_536_000, true, "example.com"),
                        tuple("seen", ID, 31_536_000, false, "example.com"),
                        tuple("sp", "", 0, true, "example.com"),
                        tuple("seen", "", 0, false, "example.com"));
    }

    private static NetworkCookie cookie(boolean enabled, List<String> domains, @Nullable String fallback) {
        var properties = new CookieProperties(
                enabled,
                "sp",
                null,
                domains,
                fallback,
                Duration.ofDays(365),
                true,
                true,
                CookieProperties.SameSite.NONE);
        return new NetworkCookie(properties, () -> UUID.fromString(FRESH));
    }
}
