package dev.sluice.ingest.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Reads a request's body up to a limit, whether its length was announced or not, within a deadline, and within a budget for all
 * bodies that are being read at once. Thread-safe.
 */
public final class BodyReader {
    /** An announced length up to this is believed and allocated at once; more is allocated as it arrives. */
    private static final int BELIEVED = 64 * 1024;

    private static final int FIRST_GUESS = 8 * 1024;

    private final int limit;
    private final long timeoutNanos;
    private final ByteBudget budget;
    private final LongSupplier nanoTime;

    public BodyReader(int limit, Duration timeout, ByteBudget budget, LongSupplier nanoTime) {
        this.limit = limit;
        this.timeoutNanos = timeout.toNanos();
        this.budget = budget;
        this.nanoTime = nanoTime;
    }

    /** A body, and what of the budget it holds until it is closed. */
    final class Body implements AutoCloseable {
        private byte[] bytes = new byte[0];
        private long taken;

        byte[] bytes() {
            return bytes;
        }

        private void grow(int size) throws RefusedException {
            // While it is copied both arrays exist; the old one is small against the new one, so it is let go
            // uncounted.
            if (!budget.tryTake(size - taken)) {
                throw new RefusedException(Outcome.BODIES_FULL);
            }
            taken = size;
            bytes = Arrays.copyOf(bytes, size);
        }

        @Override
        public void close() {
            budget.giveBack(taken);
            taken = 0;
        }
    }

    /**
     * The whole body.
     *
     * @param announced its length, or -1 when that is not known
     * @throws RefusedException when it is too large, too slow or breaks off, or there is no budget for it
     */
    Body read(InputStream in, long announced) throws RefusedException {
        if (announced > limit) {
            throw new RefusedException(Outcome.TOO_LARGE);
        }
        var body = new Body();
        try {
            fill(body, in, announced);
            return body;
        } catch (SocketTimeoutException e) {
            body.close();
            throw new RefusedException(Outcome.BODY_SLOW);
        } catch (IOException e) {
            body.close();
            throw new RefusedException(Outcome.BODY_BROKEN);
        } catch (RefusedException | RuntimeException e) {
            body.close();
            throw e;
        }
    }

    private void fill(Body body, InputStream in, long announced) throws IOException, RefusedException {
        long start = nanoTime.getAsLong();
        int size = 0;
        if (announced > 0) {
            body.grow((int) Math.min(announced, BELIEVED));
        }
        while (size != announced) {
            if (size == body.bytes.length) {
                // One more than the limit is room to notice that there is more than the limit.
                body.grow(Math.min(Math.max(2 * size, FIRST_GUESS), limit + 1));
            }
            int read = in.read(body.bytes, size, body.bytes.length - size);
            if (read < 0) {
                break;
            }
            size += read;
            if (size > limit) {
                throw new RefusedException(Outcome.TOO_LARGE);
            }
            if (nanoTime.getAsLong() - start > timeoutNanos) {
                throw new RefusedException(Outcome.BODY_SLOW);
            }
        }
        if (announced > size) {
            throw new RefusedException(Outcome.BODY_BROKEN);
        }
        if (body.bytes.length > size) {
            body.bytes = Arrays.copyOf(body.bytes, size);
        }
    }
}
