package dev.sluice.local.kinesis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/** What a client gets to come back with, and isn't meant to read: a few fields and the time at which it was given. */
final class Tokens {
    static final Duration LIFETIME = Duration.ofMinutes(5);
    private static final String BETWEEN = "/";

    private Tokens() {}

    static String encode(String... fields) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(String.join(BETWEEN, fields).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * @throws ApiException if it is no token with so many fields
     */
    static List<String> decode(String token, int fields, String what) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            List<String> parts = List.of(text.split(BETWEEN, -1));
            if (parts.size() == fields) {
                return parts;
            }
        } catch (IllegalArgumentException _) {
            throw ApiException.invalidArgument("Invalid " + what + ".");
        }
        throw ApiException.invalidArgument("Invalid " + what + ".");
    }

    static long number(String field, String what) {
        try {
            return Long.parseLong(field);
        } catch (NumberFormatException _) {
            throw ApiException.invalidArgument("Invalid " + what + ".");
        }
    }

    static boolean expired(long givenMillis, long nowMillis) {
        return nowMillis - givenMillis > LIFETIME.toMillis();
    }
}
