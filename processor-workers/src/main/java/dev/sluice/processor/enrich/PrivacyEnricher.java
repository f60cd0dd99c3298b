package dev.sluice.processor.enrich;

import dev.sluice.common.RawHit;
import dev.sluice.common.table.Columns;
import dev.sluice.processor.Enricher;
import dev.sluice.processor.EventContext;
import java.net.Inet4Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What the visitor wished, and as much of the address as may be kept: the first 24 bits of IPv4, the first 48 of IPv6,
 * nothing when anonymous. What isn't an address is not kept at all.
 */
public final class PrivacyEnricher implements Enricher {
    @Override
    public String name() {
        return "privacy";
    }

    @Override
    public void enrich(EventContext event) {
        RawHit.Visitor visitor = event.hit().visitor();
        event.set(Columns.IS_ANONYMOUS, visitor.anonymous())
                .text(Columns.PRIVACY_SIGNAL, visitor.privacySignal().columnValue())
                .text(Columns.IP_ADDRESS, visitor.anonymous() ? null : network(visitor.ip()));
    }

    private static @Nullable String network(String ip) {
        InetAddress address = Addresses.parse(ip);
        if (address == null) {
            return null;
        }
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address ? network4(bytes) : network6(bytes);
    }

    private static String network4(byte[] bytes) {
        return (bytes[0] & 0xFF) + "." + (bytes[1] & 0xFF) + "." + (bytes[2] & 0xFF) + ".0";
    }

    // Three groups and zeros: groups that are zero at the end belong to the "::".
    private static String network6(byte[] bytes) {
        int groups = 3;
        while (groups > 0 && group(bytes, groups - 1) == 0) {
            groups--;
        }
        var out = new StringBuilder(16);
        for (int i = 0; i < groups; i++) {
            out.append(Integer.toHexString(group(bytes, i))).append(i < groups - 1 ? ":" : "");
        }
        return out.append("::").toString();
    }

    private static int group(byte[] bytes, int index) {
        return (bytes[2 * index] & 0xFF) << 8 | (bytes[2 * index + 1] & 0xFF);
    }
}
