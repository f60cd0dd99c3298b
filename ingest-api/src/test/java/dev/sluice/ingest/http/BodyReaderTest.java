package dev.sluice.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

// Streams of single bytes are short here.
@SuppressWarnings("InputStreamSlowMultibyteRead")
class BodyReaderTest {
    private static final int LIMIT = 200_000;

    private final AtomicLong now = new AtomicLong();
    private final ByteBudget budget = new ByteBudget(300_000);
    private final BodyReader reader = new BodyReader(LIMIT, Duration.ofSeconds(10), budget, now::get);

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
                assertThat(budget.held()).isLessThanOrEqualTo(65_536);
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
