package dev.sluice.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;

class OriginListTest {
    @ParameterizedTest
    @CsvSource({
        "https://shop.example.com, true",
        "https://a.example.net, true",
        "https://a.b.example.net, true",
        "http://local.example.org:8080, true",
        "http://shop.example.com, false",
        "https://shop.example.com:444, false",
        "https://example.com, false",
        "https://x.shop.example.com, false",
        "https://example.net, false",
        "https://evilexample.net, false",
        "https://.example.net, false",
        "https://a.example.net.evil.example, false",
        "http://local.example.org, false",
        "null, false",
        "'a b', false",
    })
    void admits_whatIsOnTheList(String origin, boolean admitted) {
        var list = new OriginList(
                List.of("https://shop.example.com", "https://*.example.net", "http://*.example.org:8080"));
        assertThat(admits(list, origin)).isEqualTo(admitted);
        assertThat(admits(new OriginList(List.of()), origin)).isTrue();
    }

    @Test
    void admits_whatNamesNoOrigin() {
        var request = new MockHttpServletRequest();
        assertThat(new OriginList(List.of("https://a.example")).admits(request, null))
                .isTrue();
    }

    private static boolean admits(OriginList list, String origin) {
        var request = new MockHttpServletRequest();
        request.addHeader("Origin", origin);
        return list.admits(request, Cors.originOf(request));
    }
}
