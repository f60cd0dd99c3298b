package dev.sluice.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class CorsTest {
    private final Cors cors = new Cors(new CorsProperties(List.of("X-Extra"), Duration.ofHours(1)));
    private final MockHttpServletResponse response = new MockHttpServletResponse();

    @Test
    void allow_echoesTheOriginWithCredentials() {
        cors.allow("https://shop.example.com", response);
        assertThat(response.getHeader("Access-Control-Allow-Origin")).isEqualTo("https://shop.example.com");
        assertThat(response.getHeader("Access-Control-Allow-Credentials")).isEqualTo("true");
        assertThat(response.getHeader("Vary")).isEqualTo("Origin");
    }

    @Test
    void allow_neverGivesCredentialsToEveryone() {
        cors.allow(null, response);
        assertThat(response.getHeader("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(response.getHeader("Access-Control-Allow-Credentials")).isNull();
        assertThat(response.getHeader("Vary")).isEqualTo("Origin");
    }

    @Test
    void preflight_listsMethodsAndHeaders() {
        cors.preflight(response);
        assertThat(response.getHeader("Access-Control-Allow-Methods")).isEqualTo("GET, POST, HEAD");
        assertThat(response.getHeader("Access-Control-Allow-Headers")).isEqualTo("Content-Type, SP-Anonymous, X-Extra");
        assertThat(response.getHeader("Access-Control-Max-Age")).isEqualTo("3600");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "https://a.example, https://b.example", "https://a.example x", "https://é.example"})
    void originOf_isNone_whenNoBrowserWouldSendIt(String value) {
        var request = new MockHttpServletRequest();
        request.addHeader("Origin", value);
        assertThat(Cors.originOf(request)).isNull();
    }
}
