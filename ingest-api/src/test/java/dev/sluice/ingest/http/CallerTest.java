package dev.sluice.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.PrivacySignal;
import jakarta.servlet.http.Cookie;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;

class CallerTest {
    private final MockHttpServletRequest request = new MockHttpServletRequest();

    @Test
    void of_aPlainRequest_wantsNothing() {
        assertThat(Caller.of(request, "sp", null)).isEqualTo(new Caller(false, PrivacySignal.NONE, null));
    }

    @Test
    void of_takesTheStrongestSignal() {
        request.addHeader("DNT", "1");
        assertThat(Caller.of(request, "sp", "no").signal()).isEqualTo(PrivacySignal.DNT);
        request.addHeader("Sec-GPC", "1");
        assertThat(Caller.of(request, "sp", "no").signal()).isEqualTo(PrivacySignal.GPC);
        request.setCookies(new Cookie("sp", "id"), new Cookie("no", "x"), new Cookie("sp", "second"));
        Caller caller = Caller.of(request, "sp", "no");
        assertThat(caller.optedOut()).isTrue();
        assertThat(caller.networkCookie()).isEqualTo("id");
        assertThat(Caller.of(request, "sp", null).optedOut()).isFalse();
    }

    @Test
    void of_zeroIsNoSignal_andAnyAnonymousIsOne() {
        request.addHeader("DNT", "0");
        request.addHeader("Sec-GPC", "0");
        request.addHeader("SP-Anonymous", "");
        Caller caller = Caller.of(request, "sp", "no");
        assertThat(caller.signal()).isEqualTo(PrivacySignal.NONE);
        assertThat(caller.anonymous()).isTrue();
    }
}
