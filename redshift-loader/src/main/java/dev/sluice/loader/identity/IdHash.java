package dev.sluice.loader.identity;

import dev.sluice.common.RawHit;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * An id as far as it may be kept, logged and sent to the warehouse: what it was can't be had back from it, but whether a value is
 * it can be told.
 *
 * @param sha256 of kind, colon and id, in lower-case hex
 */
public record IdHash(IdKind kind, String sha256) {
    /** @throws IllegalArgumentException when it is nobody's: empty, or what stands for a cookie that must not be known */
    public static IdHash of(IdKind kind, String id) {
        if (id.isBlank() || id.equals(RawHit.Visitor.NO_NETWORK_ID)) {
            throw new IllegalArgumentException("this is nobody's id");
        }
        return new IdHash(kind, hash(kind, id));
    }

    public boolean isOf(String value) {
        return !value.isEmpty() && sha256.equals(hash(kind, value));
    }

    private static String hash(IdKind kind, String id) {
        try {
            byte[] bytes = (kind.label() + ":" + id).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
