package dev.sluice.processor.enrich;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** IP addresses as the edge writes them. */
final class Addresses {
    private Addresses() {}

    /** An IPv4 address written as IPv6 comes out as IPv4; null for what is no address. Never looks anything up. */
    static @Nullable InetAddress parse(String ip) {
        // Old notations, in which "5" is an address too, are nothing that the edge writes.
        if (ip.isEmpty()
                || (ip.indexOf(':') < 0 && ip.chars().filter(c -> c == '.').count() != 3)) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(ip);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
