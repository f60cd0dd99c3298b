package dev.sluice.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.PrivacySignal;
import dev.sluice.common.RawHit;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;

class HitReaderTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00.123456789Z");

    private final NetworkCookie cookie = new NetworkCookie(
            new CookieProperties(
                    true, "sp", null, List.of(), null, Duration.ofDays(1), true, true, CookieProperties.SameSite.NONE),
            () -> new UUID(7, 7));
    private final HitReader reader = new HitReader(cookie, () -> NOW);
    private final MockHttpServletRequest request = new MockHttpServletRequest("POST", "/i");

    @Test
    void read_keepsTheRequestAsItCame() {
        request.setQueryString("e=pv&url=%zz%00");
        request.addHeader("User-Agent", "ua");
        byte[] body = {1, 2, 3};
        RawHit hit = reader.read(request, RawHit.Method.POST, caller(Caller.Anonymity.NONE, PrivacySignal.DNT), body);
        assertThat(hit.receivedAt()).isEqualTo(Instant.parse("2026-11-23T10:00:00.123456Z"));
        assertThat(hit.path()).isEqualTo("/i");
        assertThat(hit.query()).isEqualTo("e=pv&url=%zz%00");
        assertThat(hit.header("user-agent")).isEqualTo("ua");
        assertThat(hit.body()).isSameAs(body);
        assertThat(hit.visitor()).isEqualTo(new RawHit.Visitor("198.51.100.1", "abc", false, PrivacySignal.DNT));
    }

    @Test
    void read_forgetsWhoItWas_whenAnonymous() {
        request.setQueryString("nuid=abc");
        RawHit hit = reader.read(
                request, RawHit.Method.GET, caller(Caller.Anonymity.TRACKER, PrivacySignal.NONE), new byte[0]);
        assertThat(hit.visitor())
                .isEqualTo(new RawHit.Visitor("", "00000000-0000-0000-0000-000000000000", true, PrivacySignal.NONE));
    }

    private static Caller caller(Caller.Anonymity anonymity, PrivacySignal signal) {
        return new Caller(anonymity, signal, null, "abc", InetAddress.ofLiteral("198.51.100.1"));
    }
}
