package dev.sluice.ingest.http;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The few headers of a request that a hit keeps. Never cookies, credentials or addresses. */
final class KeptHeaders {
    private static final Set<String> NAMES =
            Set.of("user-agent", "referer", "origin", "accept-language", "content-type", "host", "dnt", "sec-gpc");
    private static final String CLIENT_HINTS = "sec-ch-ua";

    private KeptHeaders() {}

    /** By lower-case name; of a header that came more than once the first. */
    static Map<String, String> of(HttpServletRequest request) {
        var kept = new HashMap<String, String>();
        for (Enumeration<String> names = request.getHeaderNames(); names.hasMoreElements(); ) {
            String name = names.nextElement().toLowerCase(Locale.ROOT);
            if (NAMES.contains(name) || name.startsWith(CLIENT_HINTS)) {
                String value = request.getHeader(name);
                if (value != null && !value.isEmpty()) {
                    kept.put(name, text(value));
                }
            }
        }
        return kept;
    }

    /**
     * The server reads header bytes as Latin-1; many clients write UTF-8. Bytes that are UTF-8 are read as such, others stay
     * Latin-1, so that no byte becomes more than two in UTF-8.
     */
    static String text(String latin1) {
        if (isAscii(latin1)) {
            return latin1;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(latin1.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            return latin1;
        }
    }

    /** A loop, as it runs over every header of every request: a stream costs several times as much. */
    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }
}
