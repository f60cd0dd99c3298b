package dev.sluice.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.Frame;
import dev.sluice.common.PrivacySignal;
import dev.sluice.common.RawHit;
import dev.sluice.common.table.Columns;
import dev.sluice.common.table.Row;
import dev.sluice.common.table.Table;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever is sent: nothing throws, everything sent is a row or a bad row, and every cell fits its column. Seeds
 * replay.
 */
class HostileInputTest {
    private static final int HITS = 600;

    private static final List<String> PARAMS = List.of(
            "e",
            "p",
            "tv",
            "tna",
            "aid",
            "eid",
            "dtm",
            "stm",
            "ttm",
            "tz",
            "duid",
            "sid",
            "vid",
            "nuid",
            "tnuid",
            "uid",
            "url",
            "page",
            "refr",
            "lang",
            "co",
            "cx",
            "ue_pr",
            "ue_px",
            "vp",
            "res",
            "se_ca",
            "se_ac",
            "se_la",
            "se_pr",
            "se_va",
            "pp_mix",
            "pp_max",
            "pp_miy",
            "pp_may",
            "ip",
            "ua",
            "ds",
            "cs",
            "cookie",
            "cd",
            "fp",
            "",
            "x",
            "\0",
            "__proto__");

    private static final List<String> NAUGHTY = List.of(
            "",
            " ",
            "null",
            "undefined",
            "NaN",
            "Infinity",
            "-Infinity",
            "1e400",
            "-1e400",
            "1e-400",
            "-0",
            "0x0",
            "1x",
            "99999999999999999999999",
            "-9223372036854775808",
            "9223372036854775807",
            "253402300799999",
            "253402300800000",
            "-62167219200000",
            "2147483648x-1",
            "a\0b",
            "\0",
            "\uFEFF",
            "\u2028\u2029",
            "\u202Etxet",
            "\uD83D",
            "\uDE00",
            "\uDE00\uD83D",
            "\uFFFE\uFFFF\uFDD0",
            "😀",
            "ᚠᛇᚻ",
            "<script>alert(1)</script>",
            "'; DROP TABLE page_views;--",
            "=cmd|' /C calc'!A0",
            "\"",
            "\"\"",
            "\\",
            "\\N",
            "\\.",
            ",",
            "a,b\"c\r\nd",
            "\t",
            "\r\n",
            "\u001b[31m",
            "%00",
            "%",
            "%E2%82",
            "%ED%A0%80",
            "+",
            "http://",
            "//",
            "://",
            "http://[",
            "http://[::1",
            "http://a@b@c:80:90/?#?#",
            "?",
            "#",
            "javascript://%0aalert(1)",
            "https://a.example/?utm_source=%00%E2&utm_source=x&gclid=%F0%9F",
            "00000000-0000-0000-0000-000000000000",
            TestHits.EID,
            "{}",
            "[]",
            "{",
            "e30",
            "!!!!",
            "eyJ",
            "pv",
            "pp",
            "se",
            "ue",
            "tr",
            "{\"schema\":\"iglu:a/b/jsonschema/1-0-0\",\"data\":[{\"schema\":\"iglu:a/b/c/1\",\"data\":{\"\\u0000\":\"\\ud800\"}}]}",
            "{\"data\":{\"schema\":\"iglu:a/b/c/1\",\"data\":{\"a\":1e400,\"a\":[1,{\"b\":null}]}}}",
            "[".repeat(100_000),
            "{\"a\":".repeat(3_000),
            "1".repeat(5_000));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20261122, -7})
    void everything_isARowOrABadRow_thatTheWarehouseTakes(long seed) throws Exception {
        var random = new Random(seed);
        var hits = new ArrayList<RawHit>();
        var expected = new HashSet<String>();
        for (int i = 0; i < HITS; i++) {
            int events = hit(random, hits);
            for (int index = 0; index < events; index++) {
                expected.add(i + "/" + index);
            }
        }
        List<Row> rows = TestHits.pipeline().rows(new Frame(TestHits.EPOCH, 0, hits));
        for (Row row : rows) {
            RowRules.assertFits(row);
        }
        List<String> made = rows.stream()
                .map(row -> row.get(Columns.INGEST_SEQ) + "/" + row.get(Columns.INGEST_INDEX))
                .toList();
        assertThat(made).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(expected);
        // Not everything may be bad, or this would show nothing; and nothing is our own fault.
        Map<Table, Long> tables = rows.stream().collect(Collectors.groupingBy(Row::table, Collectors.counting()));
        assertThat(tables.get(Table.PAGE_VIEWS)).isGreaterThan(50);
        assertThat(tables.get(Table.EVENTS)).isGreaterThan(20);
        assertThat(tables.get(Table.BAD_EVENTS)).isGreaterThan(50);
        assertThat(rows).extracting(row -> row.get(Columns.REASON)).doesNotContain("parser_failed", "enricher_failed");

        assertSameOnFourThreads(hits, rows);
    }

    @Test
    @Timeout(60)
    void aMegabyteOfTinyThings_costsTimeInProportion() throws Exception {
        // Far more fields than context has room for.
        var fields = new StringBuilder("e=pv");
        for (int i = 0; i < 300_000; i++) {
            fields.append("&padded-to-be-long-").append(i).append("=");
        }
        List<RawHit> hits = List.of(
                TestHits.get("e=pv&url=https://a.example/?" + "%26a".repeat(300_000)),
                TestHits.get("e=pv" + "&a".repeat(300_000)),
                TestHits.get(fields.toString()),
                TestHits.post(TestHits.payload("{\"e\":\"pv\",\"lang\":\"" + "%".repeat(1_000_000) + "\"}")),
                TestHits.get("e=pv&page=" + "%".repeat(1_000_000)));
        List<Row> rows = TestHits.pipeline().rows(new Frame(TestHits.EPOCH, 0, hits));
        assertThat(rows).hasSize(5).extracting(Row::table).containsOnly(Table.PAGE_VIEWS);
        for (Row row : rows) {
            RowRules.assertFits(row);
        }
        assertThat(rows.get(2).get(Columns.IS_TRUNCATED)).isTrue();
    }

    private static void assertSameOnFourThreads(List<RawHit> hits, List<Row> rows) throws Exception {
        var made = new ArrayList<Row>();
        var settings = new WorkerPoolSettings(4, 8, Long.MAX_VALUE, Duration.ofSeconds(10));
        try (var pool = new WorkerPool(TestHits.pipeline(), settings, new SimpleMeterRegistry())) {
            pool.start();
            var futures = new ArrayList<CompletableFuture<List<Row>>>();
            for (int from = 0; from < hits.size(); from += 37) {
                List<RawHit> some = hits.subList(from, Math.min(hits.size(), from + 37));
                futures.add(pool.submit("shard", new Frame(TestHits.EPOCH, from, some)));
            }
            for (var future : futures) {
                made.addAll(future.get());
            }
        }
        assertThat(made).hasSameSizeAs(rows);
        for (int i = 0; i < rows.size(); i++) {
            assertThat(EnrichmentPipelineTest.cells(made.get(i), null))
                    .isEqualTo(EnrichmentPipelineTest.cells(rows.get(i), null));
        }
    }

    /** Adds a hit and says how many rows it must give. */
    private static int hit(Random random, List<RawHit> hits) {
        int kind = random.nextInt(10);
        String query = random.nextInt(3) == 0 ? query(random) : "";
        if (kind == 0) {
            byte[] garbage = new byte[1 + random.nextInt(300)];
            random.nextBytes(garbage);
            hits.add(hit(random, RawHit.Method.POST, query, garbage));
            return 1;
        }
        if (kind <= 3) {
            hits.add(hit(
                    random, random.nextBoolean() ? RawHit.Method.GET : RawHit.Method.HEAD, query(random), new byte[0]));
            return 1;
        }
        int events = 1 + random.nextInt(4);
        String body = TestHits.payload(
                Stream.generate(() -> event(random)).limit(events).toArray(String[]::new));
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        if (kind == 4) {
            bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            hits.add(hit(random, RawHit.Method.POST, "", bytes));
            return 1;
        }
        hits.add(hit(random, RawHit.Method.POST, query, bytes));
        // One value nested too deep takes the whole body with it.
        return body.contains(":[[[[") ? 1 : events;
    }

    private static RawHit hit(Random random, RawHit.Method method, String query, byte[] body) {
        var visitor = new RawHit.Visitor(
                pick(random, List.of("", "203.0.113.9", "2001:db8::1", "unknown", "\0", "1.2.3.4:5")),
                pick(random, List.of(TestHits.NETWORK_ID, RawHit.Visitor.NO_NETWORK_ID, "", "x\uD800".repeat(100))),
                random.nextInt(5) == 0,
                pick(random, List.of(PrivacySignal.values())));
        Map<String, String> headers = random.nextBoolean()
                ? Map.of()
                : Map.of("User-Agent", value(random), "Accept-Language", value(random), "Referer", value(random));
        return new RawHit(TestHits.RECEIVED.plusMillis(random.nextInt()), visitor, method, "/i", query, headers, body);
    }

    private static String query(Random random) {
        var query = new StringBuilder(
                random.nextInt(4) == 0
                        ? ""
                        : "e=" + pick(random, List.of("pv", "pv", "pp", "se&se_ca=a&se_ac=b")) + "&");
        int count = random.nextInt(12);
        for (int i = 0; i < count; i++) {
            String value = value(random);
            query.append(pick(random, PARAMS))
                    .append('=')
                    .append(random.nextBoolean() ? value : percent(value))
                    .append('&');
        }
        // A hit without any query is its own test.
        return query.append("z=1").toString();
    }

    private static String percent(String value) {
        var out = new StringBuilder();
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            out.append('%').append(HexFormat.of().toHexDigits(b));
        }
        return out.toString();
    }

    private static String event(Random random) {
        if (random.nextInt(12) == 0) {
            return pick(random, List.of("7", "null", "\"pv\"", "[]", "{}"));
        }
        var event = new StringBuilder("{\"e\":\"" + pick(random, List.of("pv", "pv", "pp", "ue", "nope")) + "\"");
        int count = random.nextInt(15);
        for (int i = 0; i < count; i++) {
            event.append(',')
                    .append(escaped(pick(random, PARAMS)))
                    .append(':')
                    .append(
                            switch (random.nextInt(8)) {
                                case 0 ->
                                    pick(
                                            random,
                                            List.of(
                                                    "null",
                                                    "true",
                                                    "1e400",
                                                    "-0",
                                                    "{\"a\":{\"a\":1,\"a\":2}}",
                                                    "[[1],\"\\ud800\"]",
                                                    "123456789012345678901234567890123456789012"));
                                case 1 -> random.nextInt(40) == 0 ? "[".repeat(70) + "]".repeat(70) : "[[[]]]";
                                default -> escaped(value(random));
                            });
        }
        return event.append('}').toString();
    }

    // Every unit that isn't plain as an escape: half surrogates survive the way into the body.
    private static String escaped(String value) {
        var out = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c >= 0x20 && c < 0x7F && c != '"' && c != '\\') {
                out.append(c);
            } else {
                out.append("\\u" + HexFormat.of().toHexDigits(c));
            }
        }
        return out.append('"').toString();
    }

    private static String value(Random random) {
        return switch (random.nextInt(5)) {
            case 0, 1 -> pick(random, NAUGHTY);
            // Emoji around the byte border of a column.
            case 2 -> {
                int border = pick(random, List.of(16, 32, 35, 64, 128, 255, 512, 1000, 1024, 2048, 4096));
                yield "x".repeat(border - random.nextInt(6)) + "😀✓ä";
            }
            case 3 ->
                random.ints(1 + random.nextInt(20), 0, 0x10000)
                        .mapToObj(unit -> String.valueOf((char) unit))
                        .collect(Collectors.joining());
            default ->
                "https://a.example/p?utm_source=" + pick(random, NAUGHTY).replace("[[", "[") + "#" + random.nextInt();
        };
    }

    private static <T> T pick(Random random, List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
