package dev.sluice.ingest.http;

import java.net.InetAddress;
import java.util.Optional;

/** A range of addresses, {@code 10.0.0.0/8} or {@code fd00::/8}; a bare address is a range of one. */
public record CidrRange(InetAddress network, int prefixBits) {
    public CidrRange {
        int bits = network.getAddress().length * Byte.SIZE;
        if (prefixBits < 0 || prefixBits > bits) {
            throw new IllegalArgumentException(
                    "a prefix of " + network.getHostAddress() + " has 0 to " + bits + " bits");
        }
    }

    /** @throws IllegalArgumentException when it is not a range; names are not looked up */
    public static CidrRange parse(String text) {
        int slash = text.indexOf('/');
        Optional<InetAddress> network = IpAddresses.parse(slash < 0 ? text : text.substring(0, slash));
        if (network.isEmpty()) {
            throw new IllegalArgumentException("not an address range like 10.0.0.0/8: " + text);
        }
        int bits = network.get().getAddress().length * Byte.SIZE;
        try {
            return new CidrRange(network.get(), slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not an address range like 10.0.0.0/8: " + text, e);
        }
    }

    boolean contains(InetAddress address) {
        byte[] ours = network.getAddress();
        byte[] theirs = address.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < prefixBits; bit += Byte.SIZE) {
            int mask = 0xFF00 >> Math.min(Byte.SIZE, prefixBits - bit);
            if (((ours[bit / Byte.SIZE] ^ theirs[bit / Byte.SIZE]) & mask & 0xFF) != 0) {
                return false;
            }
        }
        return true;
    }
}
