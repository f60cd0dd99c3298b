package dev.sluice.ingest.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request's body up to a limit, whether its length was announced or not, within a deadline, and within a budget for all
 * bodies that are being read at once. Thread-safe.
 */
public final class BodyReader {
    /**
     * An announced length up to this is believed and allocated at once; more is allocated as it arrives. So little that all
     * connections the server takes can announce and stay silent, and half of the budget is left to those who speak.
     */
    private static final int BELIEVED = 4 * 1024;

    private static final int FIRST_GUESS = 4 * 1024;

    private final int limit;
    private final long timeoutNanos;
    private final ByteBudget budget;
    private final GzipProperties gzip;
    private final LongSupplier nanoTime;

    /** @param limit bytes of a body, inflated */
    public BodyReader(int limit, Duration timeout, ByteBudget budget, GzipProperties gzip, LongSupplier nanoTime) {
        this.limit = limit;
        this.timeoutNanos = timeout.toNanos();
        this.budget = budget;
        this.gzip = gzip;
        this.nanoTime = nanoTime;
    }

    /** A body, and what of the budget it holds until it is closed. */
    final class Body implements AutoCloseable {
        private byte[] bytes = new byte[0];
        private long taken;
        private long reserved;

        byte[] bytes() {
            return bytes;
        }

        /** For what reading it costs besides. */
        private void reserve(int size) throws RefusedException {
            if (!budget.tryTake(size)) {
                throw new RefusedException(Outcome.BODIES_FULL);
            }
            reserved = size;
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
            budget.giveBack(taken + reserved);
            taken = 0;
            reserved = 0;
        }
    }

    /**
     * The whole body of a request, inflated when it is gzip.
     *
     * @throws RefusedException when it is too large, too slow or breaks off, is compressed in another way, or there is no
     *     budget for it
     */
    Body read(HttpServletRequest request) throws RefusedException {
        boolean gzipped = isGzipped(request.getHeader("Content-Encoding"));
        try {
            InputStream in = request.getInputStream();
            long announced = request.getContentLengthLong();
            return gzipped ? readGzip(in, announced) : read(in, announced);
        } catch (IOException e) {
            throw new RefusedException(Outcome.BODY_BROKEN);
        }
    }

    private boolean isGzipped(@Nullable String coding) throws RefusedException {
        if (coding == null || coding.isBlank() || coding.strip().equalsIgnoreCase("identity")) {
            return false;
        }
        String name = coding.strip();
        if (gzip.enabled() && (name.equalsIgnoreCase("gzip") || name.equalsIgnoreCase("x-gzip"))) {
            return true;
        }
        throw new RefusedException(Outcome.ENCODING);
    }

    /** @param announced its length, or -1 when that is not known */
    Body read(InputStream in, long announced) throws RefusedException {
        if (announced > limit) {
            throw new RefusedException(Outcome.TOO_LARGE);
        }
        var body = new Body();
        fill(body, () -> fill(body, in, announced, deadline()));
        return body;
    }

    /** @param announced the length that it has compressed, or -1 when that is not known */
    Body readGzip(InputStream in, long announced) throws RefusedException {
        // What does not compress grows by five bytes a block; what is longer by more than that holds no body.
        long most = limit + limit / 16 + 1024L;
        if (announced > most) {
            throw new RefusedException(Outcome.TOO_LARGE);
        }
        var body = new Body();
        fill(body, () -> {
            long deadlineNanos = deadline();
            body.reserve(GzipInput.HELD_BYTES);
            try (var inflating = new GzipInput(new TimedInput(in, most, deadlineNanos, nanoTime))) {
                fill(body, inflating, -1, deadlineNanos);
            }
        });
        return body;
    }

    private long deadline() {
        return nanoTime.getAsLong() + timeoutNanos;
    }

    @FunctionalInterface
    private interface Filling {
        void run() throws IOException, RefusedException;
    }

    private static void fill(Body body, Filling filling) throws RefusedException {
        try {
            filling.run();
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

    private void fill(Body body, InputStream in, long announced, long deadlineNanos)
            throws IOException, RefusedException {
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
            if (in instanceof GzipInput inflating && gzip.isBomb(size, inflating.taken())) {
                throw new RefusedException(Outcome.BOMB);
            }
            if (deadlineNanos - nanoTime.getAsLong() < 0) {
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
