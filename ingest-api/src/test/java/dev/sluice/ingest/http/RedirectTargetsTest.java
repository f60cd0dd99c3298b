package dev.sluice.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectTargetsTest {
    private final RedirectTargets targets = new RedirectTargets(
            new RedirectProperties(true, List.of("example.com", "shop.example.net"), List.of(8443)));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com",
                "https://example.com/",
                "http://example.com/",
                "HTTPS://EXAMPLE.com/a",
                "https://www.example.com/p/1?utm_source=mail&x=[1]#top",
                "https://a.b.example.com?q",
                "https://shop.example.net#x",
                "https://example.com:8443/",
                "https://example.com:443/",
                "http://example.com:80/",
                "https://example.com/caf%C3%A9?next=https://evil.example/%0d%0a",
                "https://example.com/a+b@c:d//e",
            })
    void of_allowsHostsOfTheListAndBelow(String target) {
        assertThat(targets.of("u=" + encoded(target))).hasValue(target);
        assertThat(targets.of("a=1&u=" + encoded(target) + "&e=pv")).hasValue(target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/local",
                "//evil.example",
                "//example.com",
                "///example.com",
                "https:evil.example",
                "https:example.com",
                "https:/example.com",
                "https:///example.com",
                "https://",
                "https:///",
                "https://?example.com",
                "javascript:alert(1)//example.com",
                "data:text/html,example.com",
                "ftp://example.com/",
                " https://example.com/",
                "https ://example.com/",
                "\thttps://example.com/",
                "https://evil.example",
                "https://evil.example/example.com",
                "https://evil.example?example.com",
                "https://evil.example#example.com",
                "https://evilexample.com",
                "https://.example.com",
                "https://a..example.com",
                "https://example.com.",
                "https://example.com.evil.example",
                "https://example.net/",
                "https://example.com@evil.example/",
                "https://evil.example@example.com/",
                "https://user:password@example.com/",
                "https://evil.example\\@example.com/",
                "https://evil.example\\.example.com/",
                "https://example.com\\evil",
                "https:\\\\example.com",
                "https://example.com%2eevil.example/",
                "https://evil.example%2f.example.com/",
                "https://evil.example%00.example.com/",
                "https://[::1]/",
                "https://[example.com]/",
                "https://example.com:/",
                "https://example.com:80/",
                "http://example.com:443/",
                "https://example.com:8080/",
                "https://example.com:08443x/",
                "https://example.com:8443@evil.example/",
                "https://example.com:999999/",
                "https://example.com/\r\nSet-Cookie: a=b",
                "https://example.com/\nx",
                "https://example.com/\0",
                "https://example.com/ x",
                "https://example.com/\"x",
                "https://example.com/<x>",
                "https://example.com/\u560a\u560dx",
                "https://example.com/\u00e9",
                "https://evil.example\u3002example.com/",
                "https://evil.example\uff0fexample.com/",
                "https://ex\u0430mple.com/",
                "https://example\u2024com/",
                "\uff48ttps://example.com/",
                "https://example.com\u200b/",
            })
    void of_refusesEverythingElse(String target) {
        assertThat(targets.of("u=" + encoded(target))).isEmpty();
    }

    @Test
    void of_wantsOneTarget() {
        String good = encoded("https://example.com/");
        assertThat(targets.of("")).isEmpty();
        assertThat(targets.of("x=" + good)).isEmpty();
        assertThat(targets.of("u")).isEmpty();
        assertThat(targets.of("u=" + good + "&u=" + good)).isEmpty();
        assertThat(targets.of("u=" + good + "&%75=" + good)).isEmpty();
        assertThat(targets.of("u=https://example.com/%")).isEmpty();
        assertThat(targets.of("u=https://example.com/%zz")).isEmpty();
        assertThat(targets.of("u=https://example.com/%0d%0ax")).isEmpty();
        assertThat(targets.of("u=https://example.com/a+b")).hasValue("https://example.com/a+b");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
