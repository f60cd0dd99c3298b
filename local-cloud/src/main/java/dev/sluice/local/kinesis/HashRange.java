package dev.sluice.local.kinesis;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * The hash keys that a shard takes.
 *
 * @param first inclusive
 * @param last inclusive
 */
record HashRange(BigInteger first, BigInteger last) {
    static final BigInteger KEYS = BigInteger.ONE.shiftLeft(128);

    HashRange {
        if (first.signum() < 0 || last.compareTo(KEYS) >= 0 || first.compareTo(last) > 0) {
            throw new IllegalArgumentException("not a range: " + first + " to " + last);
        }
    }

    /** All hash keys, cut into equal parts. */
    static List<HashRange> even(int parts) {
        List<HashRange> ranges = new ArrayList<>(parts);
        for (int i = 0; i < parts; i++) {
            ranges.add(new HashRange(boundary(i, parts), boundary(i + 1, parts).subtract(BigInteger.ONE)));
        }
        return ranges;
    }

    private static BigInteger boundary(int i, int parts) {
        return KEYS.multiply(BigInteger.valueOf(i)).divide(BigInteger.valueOf(parts));
    }

    /** The hash key of a partition key: its MD5, as the service defines it. */
    static BigInteger hash(byte[] partitionKey) {
        try {
            return new BigInteger(1, MessageDigest.getInstance("MD5").digest(partitionKey));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    /** As a client writes it; refuses anything else. */
    static BigInteger parseKey(String text) {
        byte[] digits = text.getBytes(StandardCharsets.UTF_8);
        boolean canonical = digits.length == 1 || (digits.length > 1 && digits[0] != '0');
        if (!canonical || digits.length > 39 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw ApiException.validation("Value '" + text + "' is not a hash key: it must match 0|([1-9]\\d{0,38})");
        }
        BigInteger key = new BigInteger(text);
        if (key.compareTo(KEYS) >= 0) {
            throw ApiException.invalidArgument("Invalid hash key. It must be less than 2^128.");
        }
        return key;
    }

    boolean contains(BigInteger key) {
        return key.compareTo(first) >= 0 && key.compareTo(last) <= 0;
    }

    /** Two parts of this one, the second from {@code at} on. */
    List<HashRange> splitAt(BigInteger at) {
        return List.of(new HashRange(first, at.subtract(BigInteger.ONE)), new HashRange(at, last));
    }

    boolean endsBefore(HashRange other) {
        return last.add(BigInteger.ONE).equals(other.first);
    }
}
