package dev.sluice.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {
    private final ClientAddress addresses = new ClientAddress(Stream.of("127.0.0.0/8", "::1", "10.0.0.0/8", "fd00::/8")
            .map(CidrRange::parse)
            .toList());

    @ParameterizedTest(name = "{0} saying {1} is {2}")
    @CsvSource(delimiter = '|', textBlock = """
            # peer        | X-Forwarded-For                          | client
            203.0.113.9   | ''                                       | 203.0.113.9
            203.0.113.9   | 198.51.100.1                             | 203.0.113.9
            10.0.0.1      | ''                                       | 10.0.0.1
            10.0.0.1      | 198.51.100.1                             | 198.51.100.1
            10.0.0.1      | 1.1.1.1, 198.51.100.1                    | 198.51.100.1
            10.0.0.1      | 1.1.1.1, 198.51.100.1, 10.0.0.2          | 198.51.100.1
            10.0.0.1      | 10.9.9.9, 198.51.100.1, 10.0.0.2         | 198.51.100.1
            10.0.0.1      | 10.0.0.3, 10.0.0.2                       | 10.0.0.3
            127.0.0.1     | 83.149.9.216                             | 83.149.9.216
            127.0.0.1     | 198.51.100.1:51234                       | 198.51.100.1
            127.0.0.1     | [2001:db8::7]:443                        | 2001:db8::7
            127.0.0.1     | [2001:db8::7]                            | 2001:db8::7
            127.0.0.1     | 2001:DB8:0:0:0:0:0:7                     | 2001:db8::7
            0:0:0:0:0:0:0:1 | 198.51.100.1                           | 198.51.100.1
            0:0:0:0:0:0:0:1 | ''                                     | ::1
            fd00::12      | 2001:db8::1, fd00::13                    | 2001:db8::1
            127.0.0.1     | ::ffff:198.51.100.1                      | 198.51.100.1
            127.0.0.1     | unknown                                  | 127.0.0.1
            10.0.0.1      | 198.51.100.1, unknown                    | 10.0.0.1
            10.0.0.1      | 198.51.100.1, , 10.0.0.2                 | 10.0.0.2
            10.0.0.1      | 198.51.100.1,                            | 10.0.0.1
            10.0.0.1      | 1                                        | 10.0.0.1
            10.0.0.1      | 1.2.3                                    | 10.0.0.1
            10.0.0.1      | 999.1.1.1                                | 10.0.0.1
            10.0.0.1      | 1.2.3.4:                                 | 10.0.0.1
            10.0.0.1      | 1.2.3.4:x                                | 10.0.0.1
            10.0.0.1      | fe80::1%eth0                             | 10.0.0.1
            10.0.0.1      | [::1                                     | 10.0.0.1
            10.0.0.1      | example.com                              | 10.0.0.1
            10.0.0.1      | ' 198.51.100.1 ,   10.0.0.2 '            | 198.51.100.1
            not-an-address | 198.51.100.1                            | ''
            """)
    void of_walksFromTheRightThroughTrustedProxies(String peer, String forwardedFor, String client) {
        assertThat(text(addresses.of(peer, forwardedFor.isEmpty() ? List.of() : List.of(forwardedFor))))
                .isEqualTo(client);
    }

    @Test
    void of_readsSeveralHeadersAsOneList() {
        assertThat(text(addresses.of("10.0.0.1", List.of("1.1.1.1", "198.51.100.1", "10.0.0.2"))))
                .isEqualTo("198.51.100.1");
    }

    @Test
    void of_trustsNobody_whenNobodyIsTrusted() {
        assertThat(text(new ClientAddress(List.of()).of("127.0.0.1", List.of("198.51.100.1"))))
                .isEqualTo("127.0.0.1");
    }

    @Test
    void of_survivesAListAsLongAsTheHeaderMayBe() {
        assertThat(text(addresses.of("10.0.0.1", List.of("10.0.0.2,".repeat(1_800) + "10.0.0.3"))))
                .isEqualTo("10.0.0.2");
    }

    private static String text(@Nullable InetAddress address) {
        return address == null ? "" : IpAddresses.text(address);
    }
}
