package dev.sluice.processor.geo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes small databases in MaxMind's format: an IPv6 tree of 24-bit records, and data without pointers. */
final class TestDatabase {
    private static final byte[] MARKER = "\u00ab\u00cd\u00efMaxMind.com".getBytes(StandardCharsets.ISO_8859_1);
    private static final int EMPTY = -1;

    private final String type;
    private final Instant built;
    /** Two children for each node: a node's number, EMPTY, or -2 - offset of data. */
    private final List<int[]> nodes = new ArrayList<>(List.of(new int[] {EMPTY, EMPTY}));

    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    TestDatabase(String type, Instant built) {
        this.type = type;
        this.built = built;
    }

    /** Both layouts' way to say a country and no more. */
    static TestDatabase of(String network, int bits, String country) {
        return new TestDatabase("Test-Country", Instant.parse("2026-10-01T12:00:00Z"))
                .with(network, bits, Map.of("country_code", country));
    }

    TestDatabase with(String network, int bits, Object record) {
        int offset = data.size();
        encode(data, record);
        byte[] address = InetAddress.ofLiteral(network).getAddress();
        int zeros = address.length == 4 ? 96 : 0;
        int node = 0;
        for (int i = 0; i < zeros + bits; i++) {
            int bit = i < zeros ? 0 : address[(i - zeros) / 8] >> (7 - (i - zeros) % 8) & 1;
            if (i == zeros + bits - 1) {
                nodes.get(node)[bit] = -2 - offset;
            } else {
                if (nodes.get(node)[bit] == EMPTY) {
                    nodes.add(new int[] {EMPTY, EMPTY});
                    nodes.get(node)[bit] = nodes.size() - 1;
                }
                node = nodes.get(node)[bit];
            }
        }
        return this;
    }

    byte[] bytes() {
        var out = new ByteArrayOutputStream();
        for (int[] node : nodes) {
            for (int child : node) {
                int value = child >= 0 ? child : nodes.size() + (child == EMPTY ? 0 : 16 + (-2 - child));
                out.write(value >> 16);
                out.write(value >> 8);
                out.write(value);
            }
        }
        out.writeBytes(new byte[16]);
        out.writeBytes(data.toByteArray());
        out.writeBytes(MARKER);
        var metadata = new LinkedHashMap<String, Object>();
        metadata.put("binary_format_major_version", 2);
        metadata.put("binary_format_minor_version", 0);
        metadata.put("build_epoch", BigInteger.valueOf(built.getEpochSecond()));
        metadata.put("database_type", type);
        metadata.put("description", Map.of("en", "a test's"));
        metadata.put("ip_version", 6);
        metadata.put("languages", List.of("en"));
        metadata.put("node_count", nodes.size());
        metadata.put("record_size", 24);
        encode(out, metadata);
        return out.toByteArray();
    }

    /** As a careful operator does it: whole, under the name, at once. */
    void replace(Path path) {
        try {
            Path beside = path.resolveSibling(path.getFileName() + ".new");
            Files.write(beside, bytes());
            Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void encode(ByteArrayOutputStream out, Object value) {
        switch (value) {
            case String text -> {
                byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
                control(out, 2, utf8.length);
                out.writeBytes(utf8);
            }
            case Map<?, ?> map -> {
                control(out, 7, map.size());
                map.forEach((key, member) -> {
                    encode(out, key);
                    encode(out, member);
                });
            }
            case List<?> list -> {
                control(out, 11, list.size());
                list.forEach(item -> encode(out, item));
            }
            case Integer number -> {
                control(out, 6, 4);
                for (int shift = 24; shift >= 0; shift -= 8) {
                    out.write(number >> shift);
                }
            }
            case BigInteger number -> {
                byte[] bytes = number.toByteArray();
                control(out, 9, bytes.length);
                out.writeBytes(bytes);
            }
            default -> throw new IllegalArgumentException(value.getClass().getName());
        }
    }

    private static void control(ByteArrayOutputStream out, int type, int size) {
        int small = Math.min(size, 29);
        out.write((type > 7 ? 0 : type << 5) | small);
        if (type > 7) {
            out.write(type - 7);
        }
        if (small == 29) {
            out.write(size - 29);
        }
    }
}
