package dev.sluice.ingest.http;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;
import org.apache.tomcat.util.net.IPv6Utils;

/** Addresses as text and back. Never asks a name server. */
final class IpAddresses {
    private static final int LONGEST = 45;

    private IpAddresses() {}

    /** Empty when it is not a literal address. An IPv4 address in IPv6 clothes is given as what it is. */
    static Optional<InetAddress> parse(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            if (looksLikeV4(text)) {
                return Optional.of(Inet4Address.ofLiteral(text));
            }
            return looksLikeV6(text) ? Optional.of(Inet6Address.ofLiteral(text)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    // The JDK also takes 1 and 1.2 for addresses, and zones like fe80::1%eth0: no proxy writes these of a client.

    private static boolean looksLikeV4(String text) {
        int dots = 0;
        int digits = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                digits++;
            } else if (c == '.' && digits > 0) {
                dots++;
                digits = 0;
            } else {
                return false;
            }
            if (digits > 3) {
                return false;
            }
        }
        return dots == 3 && digits > 0;
    }

    private static boolean looksLikeV6(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            char lower = (char) (c | 0x20);
            boolean fits = (c >= '0' && c <= ':') || (lower >= 'a' && lower <= 'f') || c == '.';
            if (!fits) {
                return false;
            }
        }
        return text.indexOf(':') >= 0;
    }

    /** With the port and the brackets that some proxies write: {@code 1.2.3.4:5678}, {@code [2001:db8::1]:5678}. */
    static Optional<InetAddress> parseWithPort(String text) {
        if (text.startsWith("[")) {
            int close = text.indexOf(']');
            boolean ends = close == text.length() - 1 || (close > 0 && isPort(text, close + 1));
            return ends ? parse(text.substring(1, close)) : Optional.empty();
        }
        int colon = text.indexOf(':');
        boolean oneColon = colon > 0 && text.indexOf(':', colon + 1) < 0;
        return oneColon && isPort(text, colon) ? parse(text.substring(0, colon)) : parse(text);
    }

    private static boolean isPort(String text, int colon) {
        int digits = text.length() - colon - 1;
        return text.charAt(colon) == ':'
                && digits >= 1
                && digits <= 5
                && text.chars().skip(colon + 1L).allMatch(c -> c >= '0' && c <= '9');
    }

    /** IPv6 in the short form of RFC 5952. */
    static String text(InetAddress address) {
        String text = address.getHostAddress();
        return address instanceof Inet6Address ? IPv6Utils.canonize(text) : text;
    }
}
