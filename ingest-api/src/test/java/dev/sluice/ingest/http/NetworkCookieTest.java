package dev.sluice.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    private static NetworkCookie cookie(boolean enabled, List<String> domains, @Nullable String fallback) {
        var properties = new CookieProperties(
                enabled, "sp", domains, fallback, Duration.ofDays(365), true, true, CookieProperties.SameSite.NONE);
        return new NetworkCookie(properties, () -> UUID.fromString(FRESH));
    }
}
