package dev.sluice.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.util.unit.DataSize;

// Streams of single bytes are short here.
@SuppressWarnings("InputStreamSlowMultibyteRead")
class BodyReaderTest {
    private static final int LIMIT = 200_000;
    private static final int RATIO_FROM = 40_000;

    private final AtomicLong now = new AtomicLong();
    private final ByteBudget budget = new ByteBudget(300_000);
    private final BodyReader reader = new BodyReader(
            LIMIT,
            Duration.ofSeconds(10),
            budget,
            new GzipProperties(true, 20, DataSize.ofBytes(RATIO_FROM)),
            now::get);

    @AfterEach
    void nothingIsHeld() {
        assertThat(budget.held()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8191, 8192, 8193, 65_536, 65_537, LIMIT - 1, LIMIT})
    void read_givesTheBody_announcedOrNot(int size) throws Exception {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        try (var body = reader.read(new ByteArrayInputStream(bytes), size)) {
            assertThat(body.bytes()).isEqualTo(bytes);
        }
        try (var body = reader.read(trickle(bytes), -1)) {
            assertThat(body.bytes()).isEqualTo(bytes);
            assertThat(budget.held()).isGreaterThanOrEqualTo(size);
        }
    }

    @Test
    void read_refusesWhatIsAnnouncedTooLarge_withoutReading() {
        InputStream unread = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("not to be read");
            }
        };
        assertRefused(Outcome.TOO_LARGE, () -> reader.read(unread, LIMIT + 1L));
    }

    @Test
    void read_refusesWhatTurnsOutTooLarge_whileHoldingLittleMoreThanTheLimit() {
        var endless = new InputStream() {
            private long given;

            @Override
            public int read() {
                given++;
                return 'x';
            }
        };
        assertRefused(Outcome.TOO_LARGE, () -> reader.read(endless, -1));
        assertThat(endless.given).isEqualTo(LIMIT + 1L);
    }

    @Test
    void read_refusesWhenAllBodiesTogetherAreTooMany() throws Exception {
        try (var first = reader.read(new ByteArrayInputStream(new byte[LIMIT]), LIMIT)) {
            assertThat(first.bytes()).hasSize(LIMIT);
            assertRefused(Outcome.BODIES_FULL, () -> reader.read(new ByteArrayInputStream(new byte[LIMIT]), LIMIT));
            try (var small = reader.read(new ByteArrayInputStream(new byte[10]), 10)) {
                assertThat(small.bytes()).hasSize(10);
            }
        }
    }

    @Test
    void read_doesNotBelieveALargeAnnouncement_beforeBytesCome() {
        var silent = new InputStream() {
            @Override
            public int read() throws IOException {
                // 8,192 connections that do so share a budget of 64 MB.
                assertThat(budget.held()).isLessThan(64 * 1024 * 1024 / 8_192);
                throw new SocketTimeoutException();
            }
        };
        assertRefused(Outcome.BODY_SLOW, () -> reader.read(silent, LIMIT));
    }

    @Test
    void read_refusesABodyThatDripsPastTheDeadline() {
        var dripping = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                now.addAndGet(Duration.ofSeconds(1).toNanos());
                return 1;
            }
        };
        assertRefused(Outcome.BODY_SLOW, () -> reader.read(dripping, 1_000));
        assertThat(now.get()).isEqualTo(Duration.ofSeconds(11).toNanos());
    }

    @Test
    void read_refusesABodyThatBreaksOff() {
        assertRefused(Outcome.BODY_BROKEN, () -> reader.read(new ByteArrayInputStream(new byte[9]), 10));
        assertRefused(
                Outcome.BODY_BROKEN,
                () -> reader.read(
                        new InputStream() {
                            @Override
                            public int read() throws IOException {
                                throw new IOException("reset");
                            }
                        },
                        -1));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8191, 8192, 65_537, LIMIT - 1, LIMIT})
    void gzip_isInflated_announcedOrNot(int size) throws Exception {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        byte[] gzip = gzip(bytes);
        try (var body = reader.readGzip(new ByteArrayInputStream(gzip), gzip.length)) {
            assertThat(body.bytes()).isEqualTo(bytes);
        }
        try (var body = reader.readGzip(trickle(gzip), -1)) {
            assertThat(body.bytes()).isEqualTo(bytes);
            assertThat(budget.held()).isGreaterThanOrEqualTo(size + GzipInput.HELD_BYTES);
        }
    }

    @Test
    void gzip_ofSeveralMembers_andWithEveryHeaderField_isInflated() throws Exception {
        byte[] deflated = Arrays.copyOfRange(gzip("b".getBytes(StandardCharsets.US_ASCII)), 10, 21);
        byte[] full = HexFormat.of().parseHex("1f8b081e00000000000303007878786e616d6500636f6d6d656e74000102");
        byte[] bytes = concat(gzip("a".getBytes(StandardCharsets.US_ASCII)), concat(full, deflated));
        try (var body = reader.readGzip(trickle(bytes), -1)) {
            assertThat(new String(body.bytes(), StandardCharsets.US_ASCII)).isEqualTo("ab");
        }
    }

    /** The JDK's own stream recurses here until the stack is full. */
    @Test
    void gzip_ofVeryManyEmptyMembers_isAnEmptyBody() throws Exception {
        byte[] empty = gzip(new byte[0]);
        var bytes = new ByteArrayOutputStream();
        for (int i = 0; i < 10_000; i++) {
            bytes.writeBytes(empty);
        }
        try (var body = reader.readGzip(new ByteArrayInputStream(bytes.toByteArray()), -1)) {
            assertThat(body.bytes()).isEmpty();
        }
    }

    @Test
    void gzip_thatInflatesFarBeyondItsSize_isABomb() throws Exception {
        byte[] bomb = gzip(new byte[RATIO_FROM + 10_000]);
        assertThat(bomb.length).isLessThan(500);
        assertRefused(Outcome.BOMB, () -> reader.readGzip(new ByteArrayInputStream(bomb), bomb.length));
        byte[] small = gzip(new byte[RATIO_FROM]);
        try (var body = reader.readGzip(new ByteArrayInputStream(small), -1)) {
            assertThat(body.bytes()).hasSize(RATIO_FROM);
        }
    }

    @Test
    void gzip_thatInflatesBeyondTheLimit_isTooLarge_withoutBeingHeld() throws Exception {
        byte[] noise = new byte[LIMIT + 1];
        new Random(7).nextBytes(noise);
        byte[] gzip = gzip(noise);
        assertRefused(Outcome.TOO_LARGE, () -> reader.readGzip(new ByteArrayInputStream(gzip), -1));
        assertRefused(Outcome.TOO_LARGE, () -> reader.readGzip(new ByteArrayInputStream(gzip), 2L * LIMIT));
    }

    @Test
    void gzip_thatIsBroken_isRefused() throws Exception {
        byte[] good = gzip(new byte[1000]);
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertRefused(Outcome.BODY_BROKEN, () -> reader.readGzip(new ByteArrayInputStream(cut), -1));
        }
        // The method, the data, the checksum, the length; and something after the end.
        for (int at : new int[] {0, 1, 2, 12, good.length - 8, good.length - 1}) {
            byte[] bad = good.clone();
            bad[at] ^= 0x55;
            assertRefused(Outcome.BODY_BROKEN, () -> reader.readGzip(new ByteArrayInputStream(bad), -1));
        }
        byte[] longer = concat(good, new byte[] {1});
        assertRefused(Outcome.BODY_BROKEN, () -> reader.readGzip(new ByteArrayInputStream(longer), -1));
    }

    /** Empty blocks are legal and endless: no byte of a body ever comes of them. */
    @Test
    void gzip_thatInflatesToNothingForEver_isEndedByTheDeadlineOrTheLimit() throws Exception {
        byte[] head = HexFormat.of().parseHex("1f8b0800000000000003");
        byte[] emptyBlock = HexFormat.of().parseHex("000000ffff");
        assertRefused(
                Outcome.BODY_BROKEN,
                () -> reader.readGzip(
                        new SequenceInputStream(new ByteArrayInputStream(head), endless(emptyBlock, 0)), -1));
        long second = Duration.ofSeconds(1).toNanos();
        assertRefused(
                Outcome.BODY_SLOW,
                () -> reader.readGzip(
                        new SequenceInputStream(new ByteArrayInputStream(head), endless(emptyBlock, second)), -1));
        assertThat(now.get()).isEqualTo(11 * second);
    }

    @Test
    void read_takesTheCodingsItSays_andNoOther() throws Exception {
        byte[] body = {1, 2, 3};
        for (String coding : List.of("gzip", "x-gzip", "GZIP", " gzip ")) {
            try (var read = reader.read(request(coding, gzip(body)))) {
                assertThat(read.bytes()).isEqualTo(body);
            }
        }
        for (String coding : List.of("identity", "", " Identity")) {
            try (var read = reader.read(request(coding, body))) {
                assertThat(read.bytes()).isEqualTo(body);
            }
        }
        for (String coding : List.of("deflate", "br", "zstd", "gzip, gzip", "gzip,identity", "x")) {
            assertRefused(Outcome.ENCODING, () -> reader.read(request(coding, gzip(body))));
        }
        var off = new BodyReader(
                LIMIT,
                Duration.ofSeconds(10),
                budget,
                new GzipProperties(false, 20, DataSize.ofBytes(RATIO_FROM)),
                now::get);
        assertRefused(Outcome.ENCODING, () -> off.read(request("gzip", gzip(body))));
    }

    private static MockHttpServletRequest request(String coding, byte[] body) {
        var request = new MockHttpServletRequest("POST", "/");
        request.addHeader("Content-Encoding", coding);
        request.setContent(body);
        return request;
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private InputStream endless(byte[] block, long nanosEach) {
        return new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("read by blocks");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                now.addAndGet(nanosEach);
                System.arraycopy(block, 0, bytes, offset, block.length);
                return block.length;
            }
        };
    }

    private static void assertRefused(Outcome outcome, ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.outcome()).isEqualTo(outcome));
    }

    /** Gives at most 777 bytes a read. */
    private static InputStream trickle(byte[] bytes) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(length, 777));
            }
        };
    }
}
