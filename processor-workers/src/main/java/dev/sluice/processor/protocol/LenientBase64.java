package dev.sluice.processor.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Base64 as trackers send it: either alphabet, padding or none, {@code +} turned into a space by a query's decoding.
 */
final class LenientBase64 {
    private LenientBase64() {}

    /** The text that was encoded; null when it isn't base64. */
    static @Nullable String decode(String encoded) {
        int length = encoded.length();
        while (length > 0 && encoded.charAt(length - 1) == '=') {
            length--;
        }
        byte[] plain = new byte[length];
        for (int i = 0; i < length; i++) {
            char c = encoded.charAt(i);
            plain[i] = switch (c) {
                case '-', ' ' -> '+';
                case '_' -> '/';
                // Any byte that no alphabet holds will do.
                default -> c < 0x80 ? (byte) c : 0;
            };
        }
        try {
            return new String(Base64.getDecoder().decode(plain), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
