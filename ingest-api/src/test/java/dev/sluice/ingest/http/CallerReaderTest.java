package dev.sluice.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.PrivacySignal;
import dev.sluice.ingest.http.Caller.Anonymity;
import dev.sluice.ingest.http.PrivacyProperties.Policy;
import jakarta.servlet.http.Cookie;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;

class CallerReaderTest {
    private final MockHttpServletRequest request = new MockHttpServletRequest();

    @Test
    void read_ofAPlainRequest_wantsNothing() {
        assertThat(read("no", Policy.HONOUR, Policy.HONOUR))
                .isEqualTo(
                        new Caller(Anonymity.NONE, PrivacySignal.NONE, null, null, InetAddress.ofLiteral("127.0.0.1")));
    }

    @ParameterizedTest(name = "DNT {0} {1}, GPC {2} {3}, opt-out {4}, SP-Anonymous {5}: {6} {7} {8}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            # DNT | policy | GPC | policy | opt-out | SP-Anonymous | anonymity | signal | declined
            1     | HONOUR | -   | HONOUR | false   | -            | DNT       | DNT    | -
            1     | REFUSE | -   | HONOUR | false   | -            | NONE      | DNT    | OPTED_OUT_DNT
            1     | IGNORE | -   | HONOUR | false   | -            | NONE      | DNT    | -
            -     | HONOUR | 1   | HONOUR | false   | -            | GPC       | GPC    | -
            -     | HONOUR | 1   | REFUSE | false   | -            | NONE      | GPC    | OPTED_OUT_GPC
            -     | HONOUR | 1   | IGNORE | false   | -            | NONE      | GPC    | -
            1     | HONOUR | 1   | HONOUR | false   | -            | GPC       | GPC    | -
            1     | HONOUR | 1   | IGNORE | false   | -            | DNT       | GPC    | -
            1     | REFUSE | 1   | IGNORE | false   | -            | NONE      | GPC    | OPTED_OUT_DNT
            1     | REFUSE | 1   | REFUSE | false   | -            | NONE      | GPC    | OPTED_OUT_GPC
            1     | REFUSE | 1   | REFUSE | true    | -            | NONE      | OPTOUT | OPTED_OUT
            -     | HONOUR | -   | HONOUR | true    | -            | NONE      | OPTOUT | OPTED_OUT
            0     | HONOUR | 0   | REFUSE | false   | -            | NONE      | NONE   | -
            -     | IGNORE | -   | IGNORE | false   | *            | TRACKER   | NONE   | -
            -     | IGNORE | -   | IGNORE | false   | ''           | TRACKER   | NONE   | -
            1     | HONOUR | 1   | HONOUR | false   | *            | TRACKER   | GPC    | -
            """)
    void read_weighsEachSignalByItsOwnPolicy(
            @Nullable String dnt,
            Policy dntPolicy,
            @Nullable String gpc,
            Policy gpcPolicy,
            boolean optedOut,
            @Nullable String anonymous,
            Anonymity anonymity,
            PrivacySignal signal,
            @Nullable Outcome declined) {
        header("DNT", dnt);
        header("Sec-GPC", gpc);
        header("SP-Anonymous", anonymous);
        if (optedOut) {
            request.setCookies(new Cookie("no", "x"));
        }
        Caller caller = read("no", dntPolicy, gpcPolicy);
        assertThat(caller.anonymity()).isEqualTo(anonymity);
        assertThat(caller.anonymous()).isEqualTo(anonymity != Anonymity.NONE);
        assertThat(caller.signal()).isEqualTo(signal);
        assertThat(caller.declined()).isEqualTo(declined);
        assertThat(caller.ip()).isEqualTo(caller.anonymous() ? "" : "127.0.0.1");
        assertThat(caller.address()).isNotNull();
    }

    @Test
    void read_takesTheFirstNetworkCookie_andKnowsNoOptOutWithoutAName() {
        request.setCookies(new Cookie("sp", "id"), new Cookie("no", "x"), new Cookie("sp", "second"));
        Caller caller = read(null, Policy.HONOUR, Policy.HONOUR);
        assertThat(caller.networkCookie()).isEqualTo("id");
        assertThat(caller.declined()).isNull();
    }

    private void header(String name, @Nullable String value) {
        if (value != null) {
            request.addHeader(name, value);
        }
    }

    private Caller read(@Nullable String optOutCookie, Policy dnt, Policy gpc) {
        var cookie = new NetworkCookie(
                new CookieProperties(
                        true,
                        "sp",
                        null,
                        List.of(),
                        null,
                        Duration.ofDays(1),
                        true,
                        true,
                        CookieProperties.SameSite.NONE),
                UUID::randomUUID);
        var addresses = new ClientAddress(List.of());
        return new CallerReader(addresses, cookie, optOutCookie, new PrivacyProperties(dnt, gpc)).read(request);
    }
}
