package dev.sluice.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Whatever a stranger writes into X-Forwarded-For: the answer is an address, and what our own proxies saw stands. */
class ClientAddressFuzzTest {
    private static final ClientAddress ADDRESSES =
            new ClientAddress(List.of(CidrRange.parse("10.0.0.0/8"), CidrRange.parse("fd00::/8")));
    private static final String STRANGER = "203.0.113.9";

    @FuzzTest(maxDuration = "20s")
    void of_isAnAddress_thatNoStrangerChose(FuzzedDataProvider data) {
        String peer = data.pickValue(List.of("10.0.0.1", "fd00::1", STRANGER, "not-an-address"));
        var headers = new ArrayList<String>();
        for (int i = data.consumeInt(0, 3); i > 0; i--) {
            headers.add(data.consumeString(80));
        }
        InetAddress address = ADDRESSES.of(peer, headers);
        if (peer.equals("not-an-address")) {
            assertThat(address).isNull();
            return;
        }
        if (peer.equals(STRANGER)) {
            assertThat(IpAddresses.text(Objects.requireNonNull(address))).isEqualTo(STRANGER);
        } else {
            // The proxy appends whom it saw to what that one wrote, in the same header or in one of its own.
            var seen = new ArrayList<>(headers);
            if (headers.isEmpty() || data.consumeBoolean()) {
                seen.add(STRANGER);
            } else {
                seen.set(seen.size() - 1, seen.getLast() + ", " + STRANGER + ":1234");
            }
            InetAddress nearest = ADDRESSES.of(peer, seen);
            assertThat(IpAddresses.text(Objects.requireNonNull(nearest))).isEqualTo(STRANGER);
        }
    }
}
