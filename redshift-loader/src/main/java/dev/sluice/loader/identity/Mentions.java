package dev.sluice.loader.identity;

import dev.sluice.common.RawHit;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.StringTokenizer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Finds ids in what was never made a row. A request that can be read mentions an id where the tracker protocol carries one; in
 * anything else, every whole value between delimiters counts, as nobody can tell what it means. Immutable and thread-safe.
 */
public final class Mentions {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    /** Each splits what another one leaves together: quoted values, those of queries, and all the rest. */
    private static final List<String> DELIMITERS =
            List.of("\"\\\n\r", "&=?#\n\r ", "\"\\&=?#,;:'(){}[]<>/\t\n\r ", "\"\\&=?#,;'(){}[]<>\t\n\r ");

    private static final String ENCODED = "base64";
    private static final int LONGEST_ID = 1_024;

    private final List<IdHash> wanted;

    public Mentions(Collection<IdHash> wanted) {
        this.wanted = List.copyOf(wanted);
    }

    /** Whether the request is of one of these. */
    public boolean in(RawHit hit) {
        return isOf(IdKind.NETWORK, hit.visitor().networkId()) || inQuery(hit.query()) || inBody(hit.body());
    }

    /** Whether one of these stands in the text as a whole value. */
    public boolean in(String text) {
        return inTokens(text) || (text.startsWith(ENCODED) && inTokens(decoded64(text)));
    }

    private boolean inTokens(String text) {
        for (String delimiters : DELIMITERS) {
            for (var tokens = new StringTokenizer(text, delimiters); tokens.hasMoreTokens(); ) {
                String token = tokens.nextToken();
                if (isAny(token) || (token.indexOf('%') >= 0 && isAny(percentDecoded(token)))) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean inBody(byte[] body) {
        if (body.length == 0) {
            return false;
        }
        try {
            return inJson(JSON.readTree(body));
        } catch (JacksonException _) {
            String text = new String(body, StandardCharsets.UTF_8);
            return inQuery(text) || in(text);
        }
    }

    private boolean inJson(JsonNode node) {
        for (var property : node.properties()) {
            JsonNode value = property.getValue();
            if (value.isValueNode() ? isValueOf(property.getKey(), value.asString()) : inJson(value)) {
                return true;
            }
        }
        for (JsonNode element : node.isArray() ? node.values() : List.<JsonNode>of()) {
            if (inJson(element)) {
                return true;
            }
        }
        return false;
    }

    private boolean inQuery(String query) {
        for (var pairs = new StringTokenizer(query, "&"); pairs.hasMoreTokens(); ) {
            String pair = pairs.nextToken();
            int equals = pair.indexOf('=');
            if (equals > 0
                    && isValueOf(
                            percentDecoded(pair.substring(0, equals)), percentDecoded(pair.substring(equals + 1)))) {
                return true;
            }
        }
        return false;
    }

    private boolean isValueOf(String parameter, String value) {
        for (IdHash id : wanted) {
            if (id.kind().parameters().contains(parameter) && id.isOf(value)) {
                return true;
            }
        }
        return false;
    }

    private boolean isOf(IdKind kind, String value) {
        return wanted.stream().anyMatch(id -> id.kind() == kind && id.isOf(value));
    }

    private boolean isAny(String value) {
        return value.length() <= LONGEST_ID && wanted.stream().anyMatch(id -> id.isOf(value.strip()));
    }

    private static String percentDecoded(String text) {
        try {
            return text.indexOf('%') < 0 && text.indexOf('+') < 0
                    ? text
                    : URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return text;
        }
    }

    /** What lies behind the first colon, as {@code bad_events} keeps bytes that are no text. */
    private static String decoded64(String text) {
        try {
            byte[] bytes = Base64.getDecoder().decode(text.substring(text.indexOf(':') + 1));
            return new String(bytes, StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException _) {
            return "";
        }
    }
}
