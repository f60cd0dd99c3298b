package dev.sluice.ingest.http;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells the client's address. Each proxy appends the address it was asked from to {@code X-Forwarded-For}, so the list is walked
 * from the right, and only as long as the one that speaks is trusted: whatever stands left of the first untrusted address was
 * written by a stranger. Immutable, thread-safe.
 */
public final class ClientAddress {
    private final List<CidrRange> trusted;

    /** @param trusted where our own proxies are */
    public ClientAddress(List<CidrRange> trusted) {
        this.trusted = List.copyOf(trusted);
    }

    /**
     * The address of the nearest peer that is not one of our proxies; null when the peer has none. A proxy's entry that is no
     * address ends the walk: the answer is then that proxy.
     *
     * @param peer of the connection
     * @param forwardedFor the headers {@code X-Forwarded-For}, in the order they came
     */
    @Nullable InetAddress of(String peer, List<String> forwardedFor) {
        Optional<InetAddress> last = IpAddresses.parse(peer);
        if (last.isEmpty()) {
            return null;
        }
        InetAddress address = last.get();
        String list = String.join(",", forwardedFor);
        int end = list.length();
        while (end > 0 && isTrusted(address)) {
            int comma = list.lastIndexOf(',', end - 1);
            Optional<InetAddress> entry =
                    IpAddresses.parseWithPort(list.substring(comma + 1, end).strip());
            if (entry.isEmpty()) {
                break;
            }
            address = entry.get();
            end = comma;
        }
        return address;
    }

    private boolean isTrusted(InetAddress address) {
        for (CidrRange range : trusted) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** As {@link #of(String, List)}, for what the servlet API gives. */
    @Nullable InetAddress of(HttpServletRequest request) {
        return of(request.getRemoteAddr(), Collections.list(request.getHeaders("X-Forwarded-For")));
    }
}
