package dev.sluice.ingest.http;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a click may be sent on to. Only what every browser reads in the same way is taken: {@code http://} or {@code https://}, a
 * plain host name, perhaps a port, and after it nothing but the characters of a URL; other characters have to come escaped.
 * Immutable, thread-safe.
 */
public final class RedirectTargets {
    static final String PATH = "/r/tp2";

    private static final String PARAMETER = "u";
    private static final String HTTPS = "https://";
    private static final String HTTP = "http://";
    private static final String MARKS = "-._~:/?#[]@!$&'()*+,;=%";

    private final List<String> domains;
    private final List<Integer> ports;

    public RedirectTargets(RedirectProperties properties) {
        domains = properties.domains();
        ports = properties.ports();
    }

    /** The target that this query asks for; empty when it asks for none, for several, or for one that is not allowed. */
    Optional<String> of(String query) {
        String target = RawQuery.only(query, PARAMETER);
        return target != null && isAllowed(target) ? Optional.of(target) : Optional.empty();
    }

    private boolean isAllowed(String target) {
        for (int i = 0; i < target.length(); i++) {
            if (!isPlain(target.charAt(i)) && MARKS.indexOf(target.charAt(i)) < 0) {
                return false;
            }
        }
        int host = hostStart(target);
        if (host < 0) {
            return false;
        }
        int end = host;
        while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
            end++;
        }
        int colon = target.indexOf(':', host, end);
        return isHost(target.substring(host, colon < 0 ? end : colon))
                && (colon < 0 || isPort(target.substring(colon + 1, end), host == HTTPS.length() ? 443 : 80));
    }

    private static int hostStart(String target) {
        if (target.regionMatches(true, 0, HTTPS, 0, HTTPS.length())) {
            return HTTPS.length();
        }
        return target.regionMatches(true, 0, HTTP, 0, HTTP.length()) ? HTTP.length() : -1;
    }

    private boolean isHost(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isPlain(c) && c != '-' && c != '.') {
                return false;
            }
        }
        String host = text.toLowerCase(Locale.ROOT);
        for (String domain : domains) {
            // A dot before the domain, and something before the dot.
            if (host.equals(domain) || (host.endsWith("." + domain) && host.charAt(0) != '.' && !host.contains(".."))) {
                return true;
            }
        }
        return false;
    }

    private boolean isPort(String text, int own) {
        if (text.isEmpty() || text.length() > 5) {
            return false;
        }
        int port = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
            port = 10 * port + c - '0';
        }
        return port == own || ports.contains(port);
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
