package dev.sluice.loader.console;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may look. By default this machine alone, which is also whoever forwards a port to it, and only by a name that no other site can
 * take: else a page somewhere could have its own name point here, and read along. Immutable.
 */
final class Doorkeeper {
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Set<String> hosts;

    /** @param hosts further names, in lower case: then others than this machine may come */
    Doorkeeper(List<String> hosts) {
        this.hosts = Set.copyOf(hosts);
    }

    /**
     * @param from the peer's address, in digits
     * @param host as the request names it
     * @param fetchSite {@code Sec-Fetch-Site}: who asks, as browsers tell it
     * @param navigates whether somebody opens the page, following a link perhaps
     */
    boolean lets(String from, @Nullable String host, @Nullable String fetchSite, boolean navigates) {
        String name = host == null ? "" : withoutPort(host.toLowerCase(Locale.ROOT));
        boolean known = hosts.contains(name) || (isLoopback(from) && THIS_MACHINE.contains(name));
        boolean ofOurs = fetchSite == null || fetchSite.equals("same-origin") || fetchSite.equals("none");
        return known && (ofOurs || navigates);
    }

    private static String withoutPort(String host) {
        int port = host.lastIndexOf(':');
        return port > host.lastIndexOf(']') ? host.substring(0, port) : host;
    }

    private static boolean isLoopback(String address) {
        try {
            // Digits: nobody is asked for a name.
            return InetAddress.ofLiteral(address).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
