package dev.sluice.ingest.http;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.tomcat.util.net.IPv6Utils;

/** Addresses as text and back. Never asks a name server. */
final class IpAddresses {
    // The JDK also takes 1 and 1.2 for addresses, and zones like fe80::1%eth0: no proxy writes these of a client.
    private static final Pattern V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final int LONGEST = 45;

    private IpAddresses() {}

    /** Empty when it is not a literal address. An IPv4 address in IPv6 clothes is given as what it is. */
    static Optional<InetAddress> parse(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            if (V4.matcher(text).matches()) {
                return Optional.of(Inet4Address.ofLiteral(text));
            }
            return V6.matcher(text).matches() ? Optional.of(Inet6Address.ofLiteral(text)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
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
