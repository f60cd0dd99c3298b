package dev.sluice.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.Arrays;
import org.springframework.util.unit.DataSize;

/** A body in pieces of any size, announced rightly, wrongly or not at all: the whole of it, or a refusal, and nothing stays held. */
class BodyReaderFuzzTest {
    private static final int LIMIT = 20_000;
    private static final GzipProperties GZIP = new GzipProperties(true, 20, DataSize.ofKilobytes(64));

    @FuzzTest(maxDuration = "20s")
    void read_givesAllOrRefuses(FuzzedDataProvider data) {
        byte[] bytes = new byte[data.consumeInt(0, LIMIT + 5)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31 + i / 256);
        }
        long announced = switch (data.consumeInt(0, 2)) {
            case 0 -> -1;
            case 1 -> bytes.length;
            default -> data.consumeLong(0, Long.MAX_VALUE);
        };
        int most = data.consumeInt(0, 30_000);
        var budget = new ByteBudget(most);
        var reader = new BodyReader(LIMIT, Duration.ofSeconds(10), budget, GZIP, () -> 0);
        byte[] pieces = data.consumeRemainingAsBytes();
        // Of a longer body than was announced the server gives only so much.
        byte[] served = announced >= 0 && announced < bytes.length ? Arrays.copyOf(bytes, (int) announced) : bytes;

        try (var body = reader.read(new InPieces(served, pieces), announced)) {
            assertThat(body.bytes()).isEqualTo(served);
            assertThat(budget.held()).isBetween((long) body.bytes().length, (long) most);
        } catch (RefusedException e) {
            assertThat(e.outcome()).isIn(Outcome.TOO_LARGE, Outcome.BODY_BROKEN, Outcome.BODIES_FULL);
            if (e.outcome() == Outcome.BODY_BROKEN) {
                assertThat(announced).isGreaterThan(bytes.length);
            }
        }
        assertThat(budget.held()).isZero();
    }

    /** Gives between 1 and 256 bytes a read, as the input says. */
    private static final class InPieces extends ByteArrayInputStream {
        private final byte[] pieces;
        private int reads;

        InPieces(byte[] bytes, byte[] pieces) {
            super(bytes);
            this.pieces = pieces;
        }

        @Override
        public synchronized int read(byte[] into, int offset, int length) {
            int piece = pieces.length == 0 ? length : 1 + (pieces[reads++ % pieces.length] & 0xFF);
            return super.read(into, offset, Math.min(length, piece));
        }
    }
}
