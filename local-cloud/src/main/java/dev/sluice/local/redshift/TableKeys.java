package dev.sluice.local.redshift;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The columns that a table is distributed and sorted by. They travel to PostgreSQL in a comment of the statement, where an event
 * trigger makes ordinary indexes of them in the same transaction: what Redshift prunes and joins by shall not be slow here.
 *
 * @param keys each a list of columns
 */
record TableKeys(String table, List<List<String>> keys) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Empty when there are no keys. In hexadecimal, as a column's name could end the comment. */
    String comment() {
        List<List<String>> some =
                keys.stream().filter(k -> !k.isEmpty()).distinct().toList();
        if (some.isEmpty()) {
            return "";
        }
        try {
            byte[] json = JSON.writeValueAsString(Map.of("table", table, "keys", some))
                    .getBytes(StandardCharsets.UTF_8);
            return " /*sluice-keys:" + HexFormat.of().formatHex(json) + "*/";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
