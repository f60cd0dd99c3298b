package dev.sluice.common;

import java.time.Instant;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One accepted HTTP request, as it came: nothing parsed, nothing looked up. It may carry any number of events.
 * Immutable; the body's array is not copied and must not be changed by anyone.
 *
 * @param receivedAt wall clock at the edge, microseconds; given once, every later stage counts in its minute
 * @param visitor who asked, as far as the edge may know
 * @param method the request's method
 * @param path without the query
 * @param query raw, still percent-encoded, without the question mark; empty when there is none
 * @param headers the few that matter, by lower-case name
 * @param body empty when there is none; already inflated
 */
public record RawHit(
        Instant receivedAt,
        Visitor visitor,
        Method method,
        String path,
        String query,
        Map<String, String> headers,
        byte[] body) {

    /** The methods that can carry an event. */
    public enum Method {
        GET,
        HEAD,
        POST
    }

    /**
     * @param ip the client's address behind trusted proxies; empty when it must not be known
     * @param networkId the value of the collector's cookie; {@link #NO_NETWORK_ID} when it must not be known
     * @param anonymous nothing may be kept of who it was: the tracker asked for it, or a privacy signal is honoured
     * @param privacySignal the strongest signal seen
     */
    public record Visitor(String ip, String networkId, boolean anonymous, PrivacySignal privacySignal) {
        public static final String NO_NETWORK_ID = "00000000-0000-0000-0000-000000000000";
    }

    public RawHit {
        var sorted = new TreeMap<String, String>();
        headers.forEach((name, value) -> sorted.put(name.toLowerCase(Locale.ROOT), value));
        headers = Collections.unmodifiableMap(sorted);
    }

    /** No request has such a path: theirs begin with a slash. */
    private static final String FORGOTTEN = "forgotten";

    /**
     * What stands in the place of a hit whose visitor asked to be forgotten: its frame stays dense, and nothing of it is left but when
     * it came. It gives no rows.
     */
    public static RawHit forgotten(Instant receivedAt) {
        var nobody = new Visitor("", Visitor.NO_NETWORK_ID, true, PrivacySignal.NONE);
        return new RawHit(receivedAt, nobody, Method.GET, FORGOTTEN, "", Map.of(), new byte[0]);
    }

    public boolean isForgotten() {
        return path.equals(FORGOTTEN);
    }

    /** A header by its lower-case name; empty when the request had none. */
    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** About how many bytes of heap this hit holds: what buffers bound. */
    public long weight() {
        long weight = 256L + body.length + path.length() + query.length();
        for (var header : headers.entrySet()) {
            weight += 96L + header.getKey().length() + header.getValue().length();
        }
        return weight;
    }
}
