package dev.sluice.local.redshift;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The checks that count a text's bytes, which the catalog adds to each table: gives their failure Redshift's words. */
final class ByteLimits {
    private static final char CONSTRAINT = 'n';
    private static final String PREFIX = "sluice_bytes_";

    private ByteLimits() {}

    /** @param error the body of an ErrorResponse */
    static byte[] translate(byte[] error) throws IOException {
        Map<Character, String> fields = Wire.fields(error);
        String constraint = fields.getOrDefault(CONSTRAINT, "");
        if (!constraint.startsWith(PREFIX)) {
            return error;
        }
        var translated = new HashMap<>(fields);
        translated.put('C', "22001");
        translated.put(
                'M',
                "value too long for type character varying(" + constraint.substring(constraint.lastIndexOf('_') + 1)
                        + ")");
        // The detail shows the whole row.
        translated.keySet().removeAll(Set.of('D', CONSTRAINT));
        return Wire.report(translated);
    }
}
